/**
 * Lets Node import tfjs-core's own test files, which were written for a bundler: relative names without endings,
 * CommonJS packages by their names, and `require` in an ES module.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const tensorflow = /@tensorflow[/\\](tfjs-core|tfjs-backend-cpu)[/\\]dist[/\\]/
const commonJs = ['seedrandom', 'long']

/** The ES modules of a tfjs package, which its manifest names for bundlers only. */
function distOf(name) {
  return pathToFileURL(require.resolve(`${name}/package.json`).replace('package.json', 'dist/index.js')).href
}

function withEnding(specifier, parent) {
  const url = new URL(specifier, parent)
  const candidates = [`${url.href}.js`, `${url.href}/index.js`, url.href]
  return candidates.find((href) => existsSync(fileURLToPath(href)) && href.endsWith('.js'))
}

function resolve(specifier, context, next) {
  if (specifier === '@tensorflow/tfjs-core' || specifier === '@tensorflow/tfjs-backend-cpu')
    return { url: distOf(specifier), format: 'module', shortCircuit: true }
  const parent = context.parentURL ?? ''
  if (tensorflow.test(parent) && specifier.startsWith('.')) {
    const url = withEnding(specifier, parent)
    if (url !== undefined) return { url, format: 'module', shortCircuit: true }
  }
  if (tensorflow.test(parent) && commonJs.includes(specifier))
    return { url: `leanvox:${specifier}`, format: 'module', shortCircuit: true }
  return next(specifier, context)
}

function load(url, context, next) {
  if (url.startsWith('leanvox:')) return { format: 'module', source: named(url.slice(8)), shortCircuit: true }
  if (!tensorflow.test(url) || url.endsWith('.node.js')) return next(url, context)
  const source = readFileSync(fileURLToPath(url), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
  const needsRequire = /\brequire\(|\brequire\./.test(source)
  const head = needsRequire
    ? `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(${JSON.stringify(import.meta.url)});`
    : ''
  return { format: 'module', source: head + source, shortCircuit: true }
}

/** A CommonJS package as an ES module with a named export for each of its properties. */
function named(name) {
  const exports = Object.keys(require(name)).filter((key) => /^[a-z_$][\w$]*$/i.test(key) && key !== 'default')
  return `import { createRequire } from 'node:module'
const all = createRequire(${JSON.stringify(import.meta.url)})(${JSON.stringify(name)})
export default all
${exports.map((key) => `export const ${key} = all[${JSON.stringify(key)}]`).join('\n')}`
}

registerHooks({ resolve, load })
