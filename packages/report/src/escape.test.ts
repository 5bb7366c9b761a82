import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeHtml } from './escape.ts'

it('escapes the five signs that end text or attributes', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  )
})

it('drops control characters and keeps new lines', () => {
  expect(escapeHtml('a\u0000b\u001fc\nd\te')).toBe('abc\nd\te')
})

it('leaves no bare sign in any text, and can be undone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const escaped = escapeHtml(text)
      expect(escaped).not.toMatch(/[<>"']/)
      const back = escaped.replaceAll(
        /&(amp|lt|gt|quot|#39);/g,
        (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
      )
      expect(back).toBe(text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ''))
    }),
  )
})
