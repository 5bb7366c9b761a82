import { describe, expect, it } from 'vitest'

import type { Diagnosis } from './index.ts'
import { formatDiagnosis, run } from './index.ts'

async function lines(...words: string[]) {
  let text = ''
  const code = await run(words, { write: (part) => void (text += part) })
  return { code, text }
}

describe('leanvox doctor', () => {
  it('names machine, backends and checks, and exits 0 on a healthy backend', async () => {
    const { code, text } = await lines('doctor', '--backend', 'wasm')
    expect(code).toBe(0)
    expect(text).toContain(`node       ${process.versions.node}`)
    for (const name of ['tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu'])
      expect(text).toMatch(new RegExp(`^  ${name} +(loads|does not) `, 'm'))
    expect(text).toMatch(/^Chosen: wasm: own SIMD kernels on \d+ threads$/m)
    expect(text).toMatch(/^ {2}ok {3}conv 3D {2}/m)
    expect(text).not.toContain('BAD')
    expect(text.endsWith('All is well.\n')).toBe(true)
  })

  it('writes the same findings as JSON', async () => {
    const { code, text } = await lines('doctor', '--backend', 'cpu', '--json')
    const diagnosis = JSON.parse(text) as Diagnosis
    expect(code).toBe(0)
    expect(diagnosis.engine?.backend).toBe('cpu')
    expect(diagnosis.checks.length).toBeGreaterThan(5)
    expect(diagnosis.healthy).toBe(true)
  })

  it('exits 1 with reason and remedy when the asked-for backend does not load', async () => {
    const probe = JSON.parse((await lines('doctor', '--backend', 'cpu', '--json')).text) as Diagnosis
    const missing = probe.candidates.find(({ loaded }) => !loaded)
    if (!missing) return
    const { code, text } = await lines('doctor', '--backend', missing.name)
    expect(code).toBe(1)
    expect(text).toContain(
      `None chosen: startEngine: expected backend ${missing.name} to load, got ${missing.name}: ${missing.reason}`,
    )
    expect(text).toContain('not checked')
    expect(text.endsWith('Something is wrong: see above.\n')).toBe(true)
  })

  it('marks a check that fails', () => {
    const machine = {
      node: '24.0.0',
      platform: 'linux x64',
      processor: 'p',
      cores: 2,
      memory: 2 ** 31,
      freeMemory: 2 ** 30,
    }
    const text = formatDiagnosis({
      machine,
      candidates: [],
      failure: 'no',
      checks: [{ operation: 'conv', error: 0.5, passed: false }],
      healthy: false,
    })
    expect(text).toContain('  BAD  conv                         relative error 5.0e-1')
    expect(text).toContain('memory     2.0 GiB, 1.0 GiB free')
  })

  it('exits 2 on words it does not know, 0 on --help', async () => {
    expect((await lines('doctor', '--backend', 'webgl')).code).toBe(2)
    expect((await lines('docter')).code).toBe(2)
    const help = await lines('--help')
    expect(help.code).toBe(0)
    expect(help.text).toContain('doctor')
  })
})
