import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runStudyApp } from './study-app.ts'

let folder: string
const study = (...words: string[]) => runStudyApp(folder, words)
const write = (name: string, text: string) => fs.writeFileSync(join(folder, name), text)
const read = (name: string) => fs.readFileSync(join(folder, name), 'utf8')

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'study-app-'))
  const space = { x: { type: 'float', low: -2, high: 2 }, kind: { type: 'categorical', choices: ['a', 'b,"c"'] } }
  write('study.json', JSON.stringify({ space, sampler: { kind: 'random', seed: 1 }, enqueue: [{ x: 0.5, kind: 'a' }] }))
  // Any program: here a shell script that knows nothing of this package.
  write(
    'objective.sh',
    `echo training...\necho '{"report": 3, "step": 1}'\ncase "$LEANVOX_TRIAL" in *'"number":2,'*) echo no luck >&2; exit 3;; esac\necho '{"value": 1.5, "userAttributes": {"note": "x"}}'\n`,
  )
  const x = { type: 'float', low: 0, high: 1 }
  const bad = {
    'low-above-high': { space: { x: { ...x, low: 2 } } },
    'log-of-zero': { space: { x: { ...x, log: true } } },
    'unknown-parameter': { space: { x }, enqueue: [{ y: 1 }] },
    'other-kind': { space: { x: { type: 'int', low: 0, high: 1 } } },
  }
  for (const [name, config] of Object.entries(bad)) write(`${name}.json`, JSON.stringify(config))
  write('edited.jsonl', '{"op_code":0,"study_name":"a","directions":[1],"worker_id":"w"}\n{"op_code":\n{}\n')
  write(
    'module.mjs',
    `export const objective = ({ params }) => params.x ** 2\nexport const asking = ({ trial }) => trial.suggestFloat('y', { low: 1, high: 2 })\n`,
  )
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

describe('study', () => {
  test('create, run with a command, status, export and plot work on one journal', async () => {
    const at = ['--storage', 'a.jsonl']
    expect(await study('create', ...at, '--name', 'demo', '--config', 'study.json')).toMatchObject({
      code: 0,
      stdout: 'created demo in a.jsonl\n',
    })
    const run = await study(
      'run',
      ...at,
      '--trials',
      '4',
      '--retries',
      '0',
      '--timeout',
      '60',
      '--',
      'sh',
      'objective.sh',
    )
    expect(run.code).toBe(0)
    expect(run.stdout).toBe('demo: 3 complete, 1 fail\n  best 1.500 (trial 0: x 0.5000, kind a)\n')
    expect(run.stderr).toContain('trial 0 started: x 0.5000, kind a\n')
    expect(run.stderr).toContain('trial 2 fail command ended with exit code 3 before it printed a value, of 4')
    const { stdout } = await study('status', ...at, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'demo',
      trials: 4,
      states: { complete: 3, fail: 1 },
      best: [{ number: 0 }],
    })
    await study('export', ...at, '--to', 'a.csv')
    const rows = read('a.csv').trimEnd().split('\r\n')
    expect(rows[0]).toBe(
      'number,state,value,datetime_start,datetime_complete,params_kind,params_x,user_attrs_fail_reason,user_attrs_note',
    )
    expect(rows[1]).toMatch(/^0,complete,1\.5,\S+Z,\S+Z,a,0\.5,,x$/)
    await study('export', ...at, '--to', 'a.json')
    expect(JSON.parse(read('a.json'))).toMatchObject({
      name: 'demo',
      trials: [{ number: 0, values: [1.5], intermediateValues: [[1, 3]] }, {}, {}, {}],
    })
    expect(await study('plot', ...at, '--to', 'out/a.html', '--figures', 'figures')).toMatchObject({
      code: 0,
      stdout: '4 trials in out/a.html\n',
    })
    expect(read('out/a.html').match(/<svg/g)?.length).toBeGreaterThan(5)
    expect(fs.readdirSync(join(folder, 'figures'))).toContain('figure-1.vl.json')
  }, 120_000)

  test('export writes a journal that Optuna and this app open', async () => {
    const storage = join(folder, 'b.jsonl')
    await study(
      'run',
      '--storage',
      storage,
      '--name',
      'one',
      '--config',
      'study.json',
      '--trials',
      '2',
      '--module',
      'module.mjs',
    )
    await study(
      'run',
      '--storage',
      storage,
      '--name',
      'two',
      '--config',
      'study.json',
      '--trials',
      '3',
      '--module',
      'module.mjs',
    )
    expect((await study('export', '--storage', storage, '--name', 'two', '--to', 'two.jsonl')).code).toBe(0)
    const { stdout } = await study('status', '--storage', 'two.jsonl', '--json')
    const before = await study('status', '--storage', storage, '--name', 'two', '--json')
    expect(stdout).toBe(before.stdout)
    expect(read('two.jsonl').startsWith('{"op_code":0,')).toBe(true)
  }, 120_000)

  test('a module without a declared space asks for its parameters, in several workers', async () => {
    write('open.json', JSON.stringify({ sampler: { kind: 'random' } }))
    const { code, stdout } = await study(
      'run',
      '--storage',
      'c.jsonl',
      '--name',
      'open',
      '--config',
      'open.json',
      '--trials',
      '5',
      '--workers',
      '2',
      '--module',
      'module.mjs',
      '--export',
      'asking',
    )
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'open: 5 complete'])
  }, 60_000)

  test('Ctrl-C stops with 130; started again it goes on to the same result as an undisturbed run', async () => {
    const slow = ['--', 'sh', '-c', 'sleep 0.2; echo "{\\"value\\": 1}"']
    const words = (journal: string) => [
      'run',
      '--storage',
      journal,
      '--name',
      'demo',
      '--config',
      'study.json',
      '--trials',
      '6',
      ...slow,
    ]
    let isStopped = false
    const first = await runStudyApp(folder, words('d.jsonl'), {
      onStderr(text, kill) {
        if (isStopped || !text.includes('trial 2 started')) return
        isStopped = true
        kill('SIGINT')
      },
    })
    expect(first.code).toBe(130)
    expect(await study(...words('d.jsonl'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('demo: 6 complete'),
    })
    await study(...words('e.jsonl'))
    const settings = async (journal: string) => {
      await study('export', '--storage', journal, '--to', 'x.csv')
      return read('x.csv')
        .split('\r\n')
        .map((row) =>
          row
            .split(',')
            .filter((_, column) => column !== 3 && column !== 4)
            .join(),
        )
    }
    expect(await settings('d.jsonl')).toEqual(await settings('e.jsonl'))
  }, 120_000)

  test('status loads nothing that draws pages or talks to databases', async () => {
    write('s.jsonl', '{"op_code":0,"study_name":"a","directions":[1],"worker_id":"w"}\n')
    const hook = `import { registerHooks } from 'node:module'
      registerHooks({ resolve: (name, context, next) => {
        if (/^(vega|vega-lite|pg|pg-boss|@leanvox.hpo-cluster)$/.test(name)) throw new Error('loaded ' + name)
        return next(name, context)
      } })`
    write('hook.mjs', hook)
    const only = { NODE_OPTIONS: `--import=${join(folder, 'hook.mjs')}` }
    const at = ['--storage', 's.jsonl']
    expect(await runStudyApp(folder, ['status', ...at], { env: only })).toMatchObject({
      code: 0,
      stdout: 'a: no trials\n',
    })
    expect((await runStudyApp(folder, ['plot', ...at], { env: only })).stderr).toContain('loaded vega')
  }, 60_000)

  test('help names every command', async () => {
    const { stdout } = await study('--help')
    for (const name of ['create', 'run', 'serve', 'worker', 'status', 'export', 'plot'])
      expect(stdout).toContain(`  ${name} `)
    expect((await study('help', 'plot')).stdout).toContain('--figures')
  }, 60_000)

  test.each([
    [
      ['run', '--storage', 'none.jsonl', '--trials', '1', '--', 'true'],
      '--name: expected one of the studies there (none), got nothing',
    ],
    [['status', '--storage', 'none.jsonl'], '--storage: expected a journal, got none.jsonl, which does not exist'],
    [
      ['run', '--storage', 'f.jsonl', '--name', 'n', '--config', 'study.json', '--trials', '1'],
      'run: expected either --module or a command after --, got neither',
    ],
    [
      ['run', '--storage', 'f.jsonl', '--name', 'n', '--config', 'study.json', '--trials', '1', '--module', 'no.mjs'],
      '--module: expected a module, got no.mjs, which does not exist',
    ],
    [['create', '--storage', 'a.jsonl', '--name', 'demo'], "createStudy: expected a new name, got 'demo'"],
    [
      ['export', '--storage', 'a.jsonl', '--to', 'a.xls'],
      '--to: expected a file ending in .csv or .json or .jsonl, got a.xls',
    ],
    [['create', '--storage', 'g.jsonl', '--name', 'n', '--directions', 'up'], 'directions'],
    [
      ['create', '--storage', 'g.jsonl', '--name', 'n', '--config', 'low-above-high.json'],
      "parameter 'x': expected low <= high, got low 2 and high 1",
    ],
    [
      ['create', '--storage', 'g.jsonl', '--name', 'n', '--config', 'log-of-zero.json'],
      "parameter 'x': expected low above 0 for a logarithmic scale, got 0",
    ],
    [
      ['create', '--storage', 'g.jsonl', '--name', 'n', '--config', 'unknown-parameter.json'],
      "enqueueTrial: expected parameters among x, got 'y'",
    ],
    [
      ['run', '--storage', 'a.jsonl', '--config', 'other-kind.json', '--trials', '9', '--', 'true'],
      "parameter 'x': expected a distribution that fits the recorded",
    ],
    [['status', '--storage', 'edited.jsonl'], 'edited.jsonl: expected JSON in line 2'],
  ])(
    '%j ends with one line and exit code 1',
    async (words, message) => {
      const { code, stdout, stderr } = await study(...words)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toContain(message)
      expect(stderr).toMatch(/^study: [^\n]*\n$/)
    },
    60_000,
  )
})
