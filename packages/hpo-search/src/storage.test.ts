import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inMemoryStorage } from './index.ts'
import { journalStorage } from './node.ts'
import { storageContract } from './testing.ts'

let folder: string
let path: string
let count = 0
beforeAll(() => (folder = fs.mkdtempSync(join(tmpdir(), 'hpo-storage-'))))
afterAll(() => fs.rmSync(folder, { recursive: true }))

storageContract({ describe, test, expect }, { create: inMemoryStorage })
storageContract(
  { describe, test, expect },
  {
    create: () => journalStorage((path = join(folder, `${count++}.jsonl`))),
    reopen: () => journalStorage(path),
  },
)

test('operations in memory do not change with what was appended', async () => {
  const storage = inMemoryStorage()
  const user_attr = { key: 'before' }
  await storage.append([{ op_code: 2, study_id: 0, user_attr, worker_id: 'w' }])
  user_attr.key = 'after'
  expect(await storage.read(0)).toMatchObject([{ user_attr: { key: 'before' } }])
})
