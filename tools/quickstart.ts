/**
 * `npm run quickstart [-- <name> [options]]`: one of the apps on phantoms, from clone to a table and a page in minutes.
 *
 * Without a name it is the first app, so that `npm run quickstart` keeps its meaning; options go to the app.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureNative } from './native-build.ts'

/** App folders by the names a user may give. */
export const QUICKSTARTS = { 'proxy-hpo': 'proxy-hpo', sshn: 'sshn-pareto', htl: 'htl-localization' } as const

/**
 * The entry file of the app and what it is started with.
 *
 * @param args what follows `quickstart --`: perhaps a name, then options for the app
 * @throws RangeError for a name that is none of them
 */
export function quickstartCommand(args: readonly string[]): { main: string; args: string[] } {
  const named = args.length > 0 && !args[0].startsWith('-')
  const name = named ? args[0] : 'proxy-hpo'
  if (!(name in QUICKSTARTS)) {
    throw new RangeError(`quickstart: expected one of ${Object.keys(QUICKSTARTS).join(', ')}, got ${name}`)
  }
  const app = QUICKSTARTS[name as keyof typeof QUICKSTARTS]
  const main = fileURLToPath(new URL(`../apps/${app}/src/main.ts`, import.meta.url))
  return { main, args: ['quickstart', ...args.slice(named ? 1 : 0)] }
}

function start(): void {
  const { main, args } = quickstartCommand(process.argv.slice(2))
  ensureNative((line) => process.stdout.write(`${line}\n`))
  const child = spawn(process.execPath, ['--conditions=@leanvox/source', main, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches the app as well, which stops cleanly; this process waits for it.
  process.on('SIGINT', () => {}).on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code) => (process.exitCode = code ?? 1))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    start()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
