import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshFolder, writeText } from '../../fixtures/write-picture.ts'
import { readTable } from './read-table.ts'

let path: string

beforeAll(async () => {
  path = join(await freshFolder(), 'table.csv')
})

/** The table of a text. */
async function tableOf(text: string, id?: string): ReturnType<typeof readTable> {
  await writeText(path, text)
  return readTable(path, id === undefined ? {} : { id })
}

describe('readTable', () => {
  test('keeps cells as text and reads empty ones as unknown', async () => {
    const { columns, idColumn, rows, byId } = await tableOf('id,age,site\na, 45 ,"head, neck"\nb,,\n')
    expect(columns).toEqual(['id', 'age', 'site'])
    expect(idColumn).toBe('id')
    expect(rows).toEqual([
      { id: 'a', age: '45', site: 'head, neck' },
      { id: 'b', age: null, site: null },
    ])
    expect(byId.get('b')).toBe(rows[1])
  })

  test.each(['\uFEFFid;x\r\na;1,5\r\n', 'id\tx\na\t1,5', '\n\nid;x\n\na;1,5\n\n'])('reads %j', async (text) => {
    expect((await tableOf(text)).rows).toEqual([{ id: 'a', x: '1,5' }])
  })

  test('takes ids from the named column', async () => {
    const { byId } = await tableOf('lesion,image\nl1,a\nl1,b\n', 'image')
    expect([...byId.keys()]).toEqual(['a', 'b'])
    await expect(tableOf('lesion,image\nl1,a\n', 'isic')).rejects.toThrow(
      `readTable: expected a column "isic" in ${path}, got columns lesion, image`,
    )
  })

  test('refuses repeated ids', async () => {
    await expect(tableOf('id,x\na,1\nb,2\na,3\n')).rejects.toMatchObject({
      code: 'duplicate-id',
      message: `readTable: expected different values of "id" in ${path}, got "a" more than once`,
    })
    await expect(tableOf('id\na\nb\na\nb\nb\n')).rejects.toThrow('got "a" and 1 more repeated')
  })

  test('refuses what is no table', async () => {
    await expect(tableOf('')).rejects.toThrow(`readTable: expected a header line in ${path}, got an empty file`)
    await expect(tableOf('a,b,a\n1,2,3\n')).rejects.toThrow('expected columns with different names')
    await expect(tableOf('id,x\n,1\n')).rejects.toThrow(`expected a value for "id" in ${path}, got none in row 1`)
    const ragged = tableOf('id,x\na,1\nb,1,2\n')
    await expect(ragged).rejects.toMatchObject({ code: 'bad-table' })
    await expect(ragged).rejects.toThrow(/expected rows as long as the header .* line 3/)
  })
})
