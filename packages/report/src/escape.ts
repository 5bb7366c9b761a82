/**
 * Text → HTML text. Everything that reaches the page from outside goes through here: names of cases and arms come from
 * file names and configurations.
 *
 * @module
 */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe both between tags and inside a quoted attribute. Control characters that HTML forbids are dropped. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign])
}
