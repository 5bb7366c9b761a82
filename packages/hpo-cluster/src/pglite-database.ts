/**
 * The driver for PGlite: PostgreSQL compiled to WebAssembly, inside this process. An optional peer, loaded when asked for.
 *
 * @module
 */
import { type Driver } from './database.ts'

export async function openPglite(folder: string): Promise<Driver> {
  const { PGlite } = await import('@electric-sql/pglite').catch((error: unknown) => {
    throw new Error(`openDatabase: expected the package @electric-sql/pglite to be installed, got ${String(error)}`)
  })
  const database = await PGlite.create(folder === '' ? 'memory://' : folder)
  return {
    kind: 'pglite',
    async run(text, values) {
      try {
        if (values.length > 0) return (await database.query(text, [...values])).rows as Record<string, unknown>[]
        return (await database.exec(text)).flatMap(({ rows }) => rows)
      } catch (error) {
        // One connection serves all: a block that failed half way must not stay open for the next statement.
        await database.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    },
    async listen(channel, onMessage) {
      const stop = await database.listen(channel, onMessage)
      onMessage('')
      return { close: () => stop() }
    },
    close: () => database.close(),
  }
}
