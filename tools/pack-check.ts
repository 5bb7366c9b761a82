/**
 * Checks the packages as a user would get them: `npm run check:packages [-- --skip-build]`.
 *
 * Builds all, packs every public package, reads the file list, runs publint and attw on each tarball, installs all
 * tarballs in an empty project with plain npm, imports every door of every package in Node 22 and 24, starts the
 * commands, and type-checks a file that imports every door under `strict` and `nodenext`. Prints one line a check;
 * exits with 1 if any failed.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const NODE_22 = 'node@22.23.3'
const NODE_24 = resolve('node_modules/.bin/node')

type Manifest = {
  readonly name: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
}
type Packed = { readonly manifest: Manifest; readonly tarball: string; readonly files: readonly string[] }

const failures: string[] = []

/** Runs one check, prints one line, remembers a failure and goes on. */
function check(name: string, action: () => string | void): void {
  try {
    const note = action()
    console.log(`ok    ${name}${note ? `  (${note})` : ''}`)
  } catch (error) {
    failures.push(name)
    console.log(`FAIL  ${name}\n${explain(error).replaceAll(/^/gm, '      ')}`)
  }
}

function explain(error: unknown): string {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
  return [stdout, stderr].join('\n').trim() || message
}

function run(command: string, args: readonly string[], cwd = '.'): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function pack(folder: string, into: string): Packed {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest
  const output = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', into], folder)
  const [packed] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }]
  return { manifest, tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path) }
}

function checkFileList({ files }: Packed): string {
  const stray = files.filter((path) => /\.test\.|\.tsbuildinfo$|^fixtures\/|^node_modules\//.test(path))
  if (stray.length > 0) throw new Error(`expected no tests or build leftovers, got ${stray.join(', ')}`)
  const missing = ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'].filter(
    (path) => !files.includes(path),
  )
  if (missing.length > 0) throw new Error(`expected ${missing.join(', ')} in the tarball`)
  // A source map that points at a file which is not shipped is of no use.
  const orphans = files
    .filter((path) => path.endsWith('.js.map'))
    .filter((path) => !files.includes(path.replace(/^dist\//, 'src/').replace(/\.js\.map$/, '.ts')))
  if (orphans.length > 0) throw new Error(`expected the source of every source map, got none for ${orphans.join(', ')}`)
  return `${files.length} files`
}

function doors(manifest: Manifest): string[] {
  return Object.keys(manifest.exports)
    .filter((door) => door !== './package.json')
    .map((door) => manifest.name + door.slice(1))
}

/** An empty project with every tarball installed, and the types and the Node a user of Node 22 would have. */
function install(packed: readonly Packed[], folder: string): void {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  run('npm', ['install', ...quiet, ...packed.map(({ tarball }) => tarball)], folder)
}

function installNode22(folder: string): string {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }')
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', NODE_22], folder)
  return join(folder, 'node_modules/.bin/node')
}

function checkImports(node: string, project: string, names: readonly string[]): string {
  const lines = names.map((name, i) => `import * as door${i} from '${name}'`)
  const counts = names.map((name, i) => `[${JSON.stringify(name)}, Object.keys(door${i}).length]`)
  const verdict = `
const empty = [${counts.join(', ')}].filter(([, count]) => count === 0)
if (empty.length > 0) throw new Error('expected exports, got none from ' + empty.join(' '))
console.log(process.version)`
  writeFileSync(join(project, 'imports.mjs'), [...lines, verdict].join('\n'))
  return `${run(node, ['imports.mjs'], project).trim()}, ${names.length} doors`
}

/** Types of our packages must hold with `skipLibCheck` off; what tfjs-core's own declarations lack is not ours. */
function checkTypes(project: string, names: readonly string[]): string {
  const lines = names.map(
    (name, i) => `import * as door${i} from '${name}'\nexport const names${i} = Object.keys(door${i})`,
  )
  writeFileSync(join(project, 'types.ts'), lines.join('\n'))
  const resolution = { module: 'nodenext', moduleResolution: 'nodenext', target: 'es2024', types: ['node'] }
  const compilerOptions = { ...resolution, strict: true, skipLibCheck: false, noEmit: true }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
  // The consumer's own development dependency; copied, so that nothing is resolved from the workspace.
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(resolve('node_modules', name), join(project, 'node_modules', name), { recursive: true })
  }
  const complaints = typeComplaints(project)
  const ours = complaints.filter((line) => /^(types\.ts|node_modules\/@leanvox\/|error)/.test(line))
  if (ours.length > 0) throw new Error(ours.join('\n'))
  return `${names.length} doors, ${complaints.length} complaints about third-party declarations left out`
}

function typeComplaints(project: string): string[] {
  try {
    run(NODE_24, [resolve('node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false'], project)
    return []
  } catch (error) {
    return explain(error)
      .split('\n')
      .filter((line) => /\berror TS\d+/.test(line))
  }
}

function checkCommand(node: string, project: string, name: string): string {
  const output = run(node, [join('node_modules/.bin', name), '--help'], project)
  if (!/usage/i.test(output)) throw new Error(`expected a usage line, got ${output}`)
  return output.split('\n')[0]
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'pack-check-'))
  if (!process.argv.includes('--skip-build')) {
    check('build', () => void run('node_modules/.bin/nx', ['run-many', '-t', 'build', '--outputStyle=static']))
  }
  const folders = readdirSync('packages')
    .map((name) => `packages/${name}`)
    .filter((path) => existsSync(`${path}/package.json`))
  const packed = folders.map((path) => pack(path, folder)).filter(({ manifest }) => manifest.private !== true)
  for (const item of packed) checkTarball(item)
  checkInstalled(packed, folder)
  rmSync(folder, { recursive: true, force: true })
  console.log(
    failures.length === 0 ? 'all packages are fit to publish' : `\n${failures.length} failed: ${failures.join('; ')}`,
  )
  if (failures.length > 0) process.exitCode = 1
}

function checkTarball(item: Packed): void {
  const { name } = item.manifest
  check(`${name} file list`, () => checkFileList(item))
  check(`${name} publint`, () => void run('node_modules/.bin/publint', ['run', item.tarball, '--strict']))
  check(`${name} attw`, () => void run('node_modules/.bin/attw', [item.tarball, '--profile', 'esm-only', '--no-emoji']))
}

function checkInstalled(packed: readonly Packed[], folder: string): void {
  const project = join(folder, 'consumer')
  const names = packed.flatMap(({ manifest }) => doors(manifest))
  const commands = packed.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))
  const nodes: Record<string, string> = { 'Node 24': NODE_24 }
  check('install all tarballs in an empty project', () => install(packed, project))
  check(`install ${NODE_22}`, () => void (nodes['Node 22'] = installNode22(join(folder, 'node22'))))
  for (const [label, node] of Object.entries(nodes)) {
    check(`${label} imports`, () => checkImports(node, project, names))
    for (const command of commands) check(`${label} ${command} --help`, () => checkCommand(node, project, command))
  }
  check('types under strict and nodenext', () => checkTypes(project, names))
}

main()
