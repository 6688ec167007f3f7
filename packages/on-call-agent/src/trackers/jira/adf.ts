/**
 * A description in the Atlassian Document Format, one paragraph for each block of lines.
 * @see https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
export function toAdf(text: string) {
  const paragraphs = text.split(/\n{2,}/).filter((block) => block.trim() !== '')
  return {
    type: 'doc',
    version: 1,
    content: paragraphs.map((block) => ({
      type: 'paragraph',
      content: block
        .split('\n')
        .flatMap((line, i) => [...(i > 0 ? [{ type: 'hardBreak' }] : []), ...(line ? [{ type: 'text', text: line }] : [])]),
    })),
  }
}
