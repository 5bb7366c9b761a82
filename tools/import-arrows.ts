/**
 * The import arrows as ESLint configuration.
 *
 * `arrows.json` says which packages a package may import. From it this file generates one
 * `no-restricted-imports` configuration per package and folder depth: the depth decides how many `../` leave the
 * package. The rule sees `import … from` and `export … from`; `no-restricted-syntax` repeats the same patterns for
 * `import('…')` expressions and `import('…')` types, which that rule does not look at.
 *
 * Tests may use `node:` everywhere (they read fixtures); nothing else is looser for them.
 */
import { existsSync, readFileSync } from 'node:fs'

export type Layer = { readonly members: readonly string[]; readonly mayImport: readonly string[] }
export type Arrows = {
  readonly layers: Readonly<Record<string, Layer>>
  readonly withoutNode: readonly string[]
  readonly arrows: Readonly<Record<string, readonly string[]>>
}

type Pattern = { readonly regex: string; readonly message: string }
type Manifest = {
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const DEEPEST_FOLDER = 5
const root = new URL('../', import.meta.url)

export function readArrows(): Arrows {
  return JSON.parse(readFileSync(new URL('tools/arrows.json', root), 'utf8')) as Arrows
}

/** Folder of a package, relative to the workspace root: apps live in `apps/`, all else in `packages/`. */
export function packageFolder(name: string): string {
  return existsSync(new URL(`apps/${name}/package.json`, root)) ? `apps/${name}` : `packages/${name}`
}

export function readManifest(name: string): Manifest {
  return JSON.parse(readFileSync(new URL(`${packageFolder(name)}/package.json`, root), 'utf8')) as Manifest
}

export function layerOf(name: string, { layers }: Arrows): string {
  const found = Object.entries(layers).find(([, layer]) => layer.members.includes(name))
  if (!found) throw new RangeError(`layerOf: expected a package of tools/arrows.json, got ${name}`)
  return found[0]
}

/** One ESLint configuration per package, depth and kind (source or test). */
export function arrowConfigs(arrows: Arrows = readArrows()) {
  return Object.keys(arrows.arrows).flatMap((name) =>
    Array.from({ length: DEEPEST_FOLDER }, (_, depth) => depthConfigs(name, depth, arrows)).flat(),
  )
}

function depthConfigs(name: string, depth: number, arrows: Arrows) {
  const files = `${packageFolder(name)}/${'*/'.repeat(depth)}*.ts`
  const everywhere = [
    ...workspacePatterns(name, arrows),
    ...tensorflowPatterns(name, arrows),
    escapePattern(name, depth),
  ]
  const source = [...everywhere, ...nodePatterns(name, arrows)]
  const base = packageFolder(name)
  return [
    { name: `arrows/${name}/${depth}`, files: [files], rules: importRules(source, name) },
    {
      name: `arrows/${name}/${depth}/node`,
      files: [files].filter(() => arrows.withoutNode.includes(name)),
      rules: importRules(everywhere, name),
      only: [`${base}/src/node.ts`, `${base}/src/node/**`, '**/*.test.ts'],
    },
  ]
    .filter((config) => config.files.length > 0)
    .map(({ only, ...config }) => (only ? { ...config, files: only.map((glob) => [files, glob]) } : config))
}

function importRules(patterns: readonly Pattern[], name: string) {
  return {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...patterns.flatMap(dynamicSelectors), ...starExports(name)],
  }
}

function workspacePatterns(name: string, { arrows }: Arrows): Pattern[] {
  const allowed = arrows[name]
  const list = allowed.length > 0 ? allowed.map((other) => `@leanvox/${other}`).join(', ') : 'no other package'
  const doors = allowed.flatMap((other) => exportedNames(other))
  return [
    {
      regex: `^@leanvox/(?!(?:${[...allowed, name].join('|')})(?:/|$))`,
      message: `import arrows: @leanvox/${name} may import ${list} (tools/arrows.json).`,
    },
    { regex: `^@leanvox/${name}(?:/|$)`, message: 'import arrows: reach your own files by relative path.' },
    ...(allowed.length > 0
      ? [
          {
            regex: `^@leanvox/(?=(?:${allowed.join('|')})/)(?!(?:${doors.join('|')})$)`,
            message: 'import arrows: import a package by a name listed in its "exports", not by a path inside it.',
          },
        ]
      : []),
  ]
}

function exportedNames(name: string): string[] {
  return Object.keys(readManifest(name).exports ?? {}).map((door) => `${name}${door.slice(1)}`)
}

function tensorflowPatterns(name: string, arrows: Arrows): Pattern[] {
  const layer = layerOf(name, arrows)
  if (layer === 'floor' || layer === 'edge') {
    return [{ regex: '^@tensorflow/', message: `import arrows: the ${layer} (${name}) knows no tfjs.` }]
  }
  const { dependencies = {}, peerDependencies = {} } = readManifest(name)
  const own = Object.keys({ ...dependencies, ...peerDependencies }).filter((key) => key.startsWith('@tensorflow/'))
  const shut =
    own.length > 0 ? `^@tensorflow/(?!(?:${own.map((key) => key.slice(12)).join('|')})(?:/|$))` : '^@tensorflow/'
  return [{ regex: shut, message: `import arrows: ${name} may import ${own.join(', ') || 'no tfjs package'}.` }]
}

function nodePatterns(name: string, { withoutNode }: Arrows): Pattern[] {
  if (!withoutNode.includes(name)) return []
  return [
    {
      regex: '^node:',
      message: `import arrows: ${name} runs without Node; node: only in src/node.ts, src/node/ and tests.`,
    },
  ]
}

function escapePattern(name: string, depth: number): Pattern {
  // `./../../x` and `a/../../x` are odd spellings of the same escape.
  return {
    regex: `^(?:\\./)*(?:\\.\\./(?:\\./)*){${depth + 1},}|^\\.[^]*/[^./][^/]*/\\.\\.(?:/|$)`,
    message: `import arrows: a relative import must stay inside ${name}; import other packages by name.`,
  }
}

function dynamicSelectors({ regex, message }: Pattern) {
  // A selector's regular expression cannot hold a bare slash.
  const value = `/${regex.replaceAll('/', '\\u002F')}/`
  return ['ImportExpression', 'TSImportType'].map((node) => ({ selector: `${node} Literal[value=${value}]`, message }))
}

function starExports(name: string) {
  const message = `named exports only: ${name} lists what it exports, so write the names.`
  return [{ selector: 'ExportAllDeclaration', message }]
}
