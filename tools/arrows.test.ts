/** Proof that the import arrows of `arrows.json` are true, and that ESLint holds them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { ESLint, type Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { beforeAll, describe, expect, it } from 'vitest'
import { layerOf, packageFolder, readArrows, readManifest } from './import-arrows.ts'

const arrows = readArrows()
const names = Object.keys(arrows.arrows)
let eslint: ESLint

beforeAll(() => {
  // The linted files do not exist, so the rules that need types are off.
  eslint = new ESLint({ overrideConfig: tseslint.configs.disableTypeChecked as Linter.Config })
})

/** Rule names and messages for a file of one import line, as if it lay at `filePath`. */
async function lint(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath })
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const importOf = (name: string) => `import { a } from '${name}'\nexport const b = a`

describe('the linter', () => {
  it.each([
    ['packages/metrics/src/dice.ts', '@leanvox/volume'],
    ['packages/training/src/loop.ts', '@leanvox/nets'],
    ['packages/training/src/loop.ts', '@tensorflow/tfjs-core'],
    ['packages/engine/src/backend/start.ts', '@tensorflow/tfjs-node'],
    ['packages/volume/src/crop/box.ts', '../shape.ts'],
    ['packages/volume/src/crop.test.ts', 'node:fs'],
    ['packages/hpo-search/src/node/journal.ts', 'node:fs'],
    ['packages/hpo-search/src/node.ts', '@leanvox/files'],
    ['apps/proxy-hpo/src/main.ts', '@leanvox/hpo-search/node'],
    ['apps/proxy-hpo/test/resume.test.ts', '../src/main.ts'],
  ])('lets %s import %s', async (file, name) => {
    expect(await lint(file, importOf(name))).toEqual([])
  })

  it.each([
    ['sideways', 'packages/proxy-data/src/select.ts', '@leanvox/proxy-net', 'proxy-data may import @leanvox/random'],
    ['sideways', 'packages/report/src/page.ts', '@leanvox/io-medical', 'report may import @leanvox/files'],
    ['upward', 'packages/volume/src/crop.ts', '@leanvox/training', 'volume may import no other package'],
    ['upward', 'packages/nets/src/unet.ts', '@leanvox/training', 'nets may import @leanvox/engine'],
    ['unlisted in a test', 'packages/proxy-data/src/a.test.ts', '@leanvox/phantoms', 'proxy-data may import'],
    ['an app', 'packages/training/src/loop.ts', '@leanvox/proxy-hpo', 'training may import'],
    ['an unknown package', 'packages/training/src/loop.ts', '@leanvox/volumes', 'training may import'],
    ['itself by name', 'packages/volume/src/crop.ts', '@leanvox/volume', 'by relative path'],
    ['past the door', 'packages/metrics/src/dice.ts', '@leanvox/volume/src/shape.ts', 'listed in its "exports"'],
    ['past the door', 'apps/proxy-hpo/src/main.ts', '@leanvox/hpo-search/internal', 'listed in its "exports"'],
    ['relative escape', 'packages/metrics/src/dice.ts', '../../volume/src/shape.ts', 'must stay inside metrics'],
    ['relative escape', 'packages/hpo-search/src/node/a.ts', '../../../files/src/index.ts', 'must stay inside'],
    ['relative escape', 'packages/metrics/src/dice.ts', './.././../volume/src/a.ts', 'must stay inside metrics'],
    ['relative escape', 'packages/metrics/src/dice.ts', '../src/../../volume/src/a.ts', 'must stay inside metrics'],
    ['escape to an app', 'packages/cli/src/main.ts', '../../../apps/proxy-hpo/src/main.ts', 'must stay inside cli'],
    ['node: on the floor', 'packages/volume/src/crop.ts', 'node:fs', 'volume runs without Node'],
    ['node: beside the door', 'packages/hpo-search/src/study.ts', 'node:fs', 'hpo-search runs without Node'],
    ['tfjs on the floor', 'packages/metrics/src/dice.ts', '@tensorflow/tfjs-core', 'knows no tfjs'],
    ['tfjs on the edge', 'packages/io-medical/src/read.ts', '@tensorflow/tfjs-core', 'knows no tfjs'],
    ['native tfjs', 'packages/training/src/loop.ts', '@tensorflow/tfjs-node', 'may import @tensorflow/tfjs-core'],
    ['native tfjs', 'packages/nets/src/unet.ts', '@tensorflow/tfjs-node-gpu', 'may import @tensorflow/tfjs-core'],
  ])('stops %s: %s importing %s', async (...[_kind, file, name, message]) => {
    const [statement] = await lint(file, importOf(name))
    expect(statement).toContain('no-restricted-imports: ')
    expect(statement).toContain('import arrows: ')
    expect(statement).toContain(message)

    const [dynamic] = await lint(file, `export const a = await import('${name}')`)
    expect(dynamic).toContain('no-restricted-syntax: import arrows: ')
    expect(dynamic).toContain(message)
  })

  it('stops a type-only import and a re-export as it stops a value import', async () => {
    const file = 'packages/volume/src/crop.ts'
    expect(await lint(file, `export { a } from '@leanvox/training'`)).toHaveLength(1)
    expect((await lint(file, `import type { A } from '@leanvox/training'\nexport type B = A`))[0]).toContain('arrows')
    expect((await lint(file, `export type B = import('@leanvox/training').A`)).join()).toContain('import arrows')
  })

  it.each([
    ['Math.random', 'no-restricted-properties', 'export const a = Math.random()'],
    ['console', 'no-console', `console.log('a')`],
    ['a default export', 'no-restricted-exports', 'const a = 1\nexport default a'],
    ['a star export', 'no-restricted-syntax', `export * from './a.ts'`],
    ['any', '@typescript-eslint/no-explicit-any', 'export const a: any = 1'],
    ['a fourth parameter', 'max-params', 'export const a = (b: 1, c: 1, d: 1, e: 1) => [b, c, d, e]'],
    [
      'a value import of a type',
      '@typescript-eslint/consistent-type-imports',
      `import { A } from './a.ts'\nexport type B = A`,
    ],
    ['a let that never changes', 'prefer-const', 'let a = 1\nexport const b = a'],
    ['an unexplained escape', '@typescript-eslint/ban-ts-comment', '// @ts-expect-error\nexport const a = 1'],
    ['401 lines', 'max-lines', Array.from({ length: 401 }, (_, i) => `export const a${i} = ${i}`).join('\n')],
  ])('stops %s in a package', async (_what, rule, code) => {
    expect((await lint('packages/volume/src/crop.ts', code)).map((line) => line.split(':')[0])).toContain(rule)
  })

  it('lets the cli write to the console', async () => {
    expect(await lint('packages/cli/src/main.ts', `console.log('a')`)).toEqual([])
  })

  it('has an arrow rule for the deepest source file of every package', async () => {
    const files = names.flatMap((name) =>
      readdirSync(`${packageFolder(name)}/src`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${packageFolder(name)}/src/${file}`),
    )
    const deepest = files.toSorted((a, b) => b.split('/').length - a.split('/').length)[0]
    const config = (await eslint.calculateConfigForFile(deepest)) as { rules: Record<string, unknown> }
    expect(config.rules['no-restricted-imports']).toBeDefined()
  })
})

describe('arrows.json', () => {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(parent).filter((name) => existsSync(`${parent}/${name}/package.json`)),
  )

  it('names every package and app of the workspace', () => {
    expect(folders.toSorted()).toEqual(names.toSorted())
  })

  it.each(names)('equals the dependencies and project references of %s', (name) => {
    const { dependencies = {}, peerDependencies = {} } = readManifest(name)
    const ours = Object.keys({ ...dependencies, ...peerDependencies }).filter((key) => key.startsWith('@leanvox/'))
    expect(ours.map((key) => key.slice('@leanvox/'.length)).toSorted()).toEqual(arrows.arrows[name].toSorted())

    const config = JSON.parse(readFileSync(`${packageFolder(name)}/tsconfig.json`, 'utf8')) as {
      references?: { path: string }[]
    }
    const references = (config.references ?? []).map(({ path }) => path.split('/').at(-1) ?? '')
    expect(references.toSorted()).toEqual(arrows.arrows[name].toSorted())
  })

  it('has no cycle', () => {
    const placed = new Set<string>()
    for (let round = 0; round < names.length; round++) {
      for (const name of names) if (arrows.arrows[name].every((other) => placed.has(other))) placed.add(name)
    }
    expect(names.filter((name) => !placed.has(name))).toEqual([])
  })

  it.each(names)('keeps %s within its layer', (name) => {
    const { mayImport } = arrows.layers[layerOf(name, arrows)]
    for (const other of arrows.arrows[name]) expect(mayImport).toContain(layerOf(other, arrows))
  })

  it('lets neither edges nor methods import one another', () => {
    for (const layer of ['edge', 'methods']) expect(arrows.layers[layer].mayImport).not.toContain(layer)
    expect(
      Object.values(arrows.layers)
        .flatMap(({ members }) => members)
        .toSorted(),
    ).toEqual(names.toSorted())
  })

  it('leaves the floor and the edge without tfjs, and native tfjs to the engine', () => {
    const tensorflow = (name: string) => {
      const { dependencies = {}, peerDependencies = {} } = readManifest(name)
      return Object.keys({ ...dependencies, ...peerDependencies }).filter((key) => key.startsWith('@tensorflow/'))
    }
    for (const layer of ['floor', 'edge']) expect(arrows.layers[layer].members.flatMap(tensorflow)).toEqual([])
    const native = names.filter((name) => tensorflow(name).some((key) => key.includes('tfjs-node')))
    expect(native).toEqual(['engine'])
  })
})
