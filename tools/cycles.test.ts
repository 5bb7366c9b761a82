/** Proof that the cycle check of `npm run lint` fails on an import cycle, and only on one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const flags = '--import-plugin -D import/no-cycle --quiet'

function cycleCheck(files: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cycles-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const run = spawnSync('node_modules/.bin/oxlint', [...flags.split(' '), folder], { encoding: 'utf8' })
  return { status: run.status, output: run.stdout }
}

it('fails on a cycle of three files', () => {
  const { status, output } = cycleCheck({
    'a.ts': `import { b } from './b.ts'\nexport const a = () => b()\n`,
    'b.ts': `import { c } from './c.ts'\nexport const b = () => c()\n`,
    'c.ts': `import { a } from './a.ts'\nexport const c = (): number => a()\n`,
  })
  expect(output).toContain('no-cycle')
  expect(status).not.toBe(0)
})

it('passes the same files without the last arrow', () => {
  const { status } = cycleCheck({
    'a.ts': `import { b } from './b.ts'\nexport const a = () => b()\n`,
    'b.ts': `export const b = () => 1\n`,
  })
  expect(status).toBe(0)
})

it('is what npm run lint runs', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  expect(scripts.lint).toContain(`oxlint ${flags}`)
})
