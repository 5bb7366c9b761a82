import { getBackend, tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

import { backendNames, probeBackends, selfCheck, startEngine, type BackendName, type Precision } from './index.ts'

describe('startEngine', () => {
  it('starts the first backend that loads and says why not the ones before it', async () => {
    const report = await startEngine()
    const position = backendNames.indexOf(report.backend)
    expect(report.candidates.map(({ name }) => name)).toEqual(backendNames.slice(0, position + 1))
    expect(report.candidates.map(({ loaded }) => loaded)).toEqual([
      ...Array.from({ length: position }, () => false),
      true,
    ])
    for (const { name, reason, loaded, remedy } of report.candidates) {
      expect(report.why).toContain(loaded ? `${name}: ${reason}` : `${name} ${reason}`)
      expect(remedy === '').toBe(loaded)
    }
    expect(report.why).not.toContain('\n')
    expect(report.versions['tfjs-core']).toBe('4.22.0')
  })

  it('switches between backends, wasm threads included', async () => {
    await startEngine({ backend: 'wasm' })
    expect(getBackend()).toBe('wasm')
    expect((await startEngine({ backend: 'cpu' })).why).toBe('cpu: plain JavaScript, for tests')
    expect(getBackend()).toBe('cpu')
    expect((await startEngine({ backend: 'wasm' })).why).toMatch(/^wasm: own SIMD kernels on \d+ threads$/)
    expect([...tensor([1, 2]).dataSync()]).toEqual([1, 2])
  })

  it('reports every backend when probing', async () => {
    const candidates = await probeBackends()
    expect(candidates.map(({ name }) => name)).toEqual([...backendNames])
    expect(candidates.filter(({ name }) => name === 'wasm' || name === 'cpu').every(({ loaded }) => loaded)).toBe(true)
  })

  it('names a backend that does not exist, and says how to get one that does not load', async () => {
    await expect(startEngine({ backend: 'webgl' as BackendName })).rejects.toThrow(
      'startEngine: expected backend auto, tfjs-node-gpu, onednn, tfjs-node, wasm, cpu, got webgl',
    )
    const missing = (await probeBackends()).find(({ loaded }) => !loaded)
    if (missing)
      await expect(startEngine({ backend: missing.name })).rejects.toThrow(
        `expected backend ${missing.name} to load, got ${missing.name}: ${missing.reason} (to get it: npm install`,
      )
  })

  it('says which precision is used, since a backend may not have the one asked for', async () => {
    const report = await startEngine({ backend: 'cpu', precision: 'bfloat16' })
    expect(report.precision).toBe('float32')
    expect(report.why).toBe('cpu: plain JavaScript, for tests; bfloat16 was asked for, float32 is used')
    await expect(startEngine({ precision: 'float16' as Precision })).rejects.toThrow(
      'startEngine: expected precision float32 or bfloat16, got float16',
    )
  })

  it('gives onednn the precision asked for where the chip has it, and leaves it when none is named', async (test) => {
    const onednn = (await probeBackends()).find(({ name }) => name === 'onednn')
    if (!onednn?.loaded || onednn.reason.includes('no bfloat16')) return test.skip('no bfloat16 here')
    expect((await startEngine({ backend: 'onednn', precision: 'bfloat16' })).precision).toBe('bfloat16')
    expect((await startEngine({ backend: 'onednn' })).precision).toBe('bfloat16')
    expect((await startEngine({ backend: 'onednn', precision: 'float32' })).precision).toBe('float32')
  })

  it.each(['cpu', 'wasm'] as const)('passes its self-check on %s', async (backend) => {
    await startEngine({ backend })
    expect(selfCheck().filter(({ passed }) => !passed)).toEqual([])
  })
})
