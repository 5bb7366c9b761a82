import { getBackend, tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

import { backendNames, probeBackends, selfCheck, startEngine, type BackendName } from './index.ts'

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

  it.each(['cpu', 'wasm'] as const)('passes its self-check on %s', async (backend) => {
    await startEngine({ backend })
    expect(selfCheck().filter(({ passed }) => !passed)).toEqual([])
  })
})
