import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../deploy/', import.meta.url)
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8')

test('every file says whether it was run, and the page names them all', () => {
  const files = readdirSync(folder).filter((name) => name !== 'README.md')
  expect(files.length).toBe(4)
  for (const name of files) {
    expect(text(name)).toMatch(/^# .*not run where it was written/ims)
    expect(text('README.md')).toContain(`(${name})`)
  }
})

test('the Slurm script is a shell script', () => {
  execFileSync('bash', ['-n', new URL('slurm.sh', folder).pathname])
})

test('YAML has no tabs, and its quotes and brackets close', () => {
  for (const name of ['compose.yaml', 'kubernetes.yaml']) {
    const lines = text(name).split('\n')
    const bare = lines
      .filter((line) => !line.trimStart().startsWith('#'))
      .map((line) => line.replaceAll(/'[^']*'|"[^"]*"/g, ''))
      .join('\n')
    expect(bare).not.toMatch(/\t|["]/)
    for (const [open, close] of ['[]', '{}'].map((pair) => [...pair])) {
      expect([name, bare.split(open).length]).toEqual([name, bare.split(close).length])
    }
  }
})
