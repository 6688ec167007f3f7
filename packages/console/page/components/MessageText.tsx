/** WhatsApp's marks and links, one token at a time: a link, `*strong*`, `_slanted_` or `` `code` `` without a line break inside. */
const PARTS = /(https?:\/\/[^\s<>"]{1,500})|`([^`\n]{1,500})`|(?<![\w*])\*([^*\n]{1,500})\*(?![\w*])|(?<![\w_])_([^_\n]{1,500})_(?![\w_])/g

/** A message as WhatsApp shows it. Nothing of it is ever read as HTML. */
export function MessageText({ body }: { body: string }) {
  const nodes: React.ReactNode[] = []
  let at = 0
  for (const match of body.matchAll(PARTS)) {
    const [whole, link, code, strong, slanted] = match
    nodes.push(body.slice(at, match.index))
    const key = match.index
    if (link) nodes.push(<LinkText key={key} link={link} />)
    else if (code) nodes.push(<code key={key}>{code}</code>)
    else if (strong) nodes.push(<strong key={key}>{strong}</strong>)
    else nodes.push(<em key={key}>{slanted}</em>)
    at = match.index + whole.length
  }
  nodes.push(body.slice(at))
  return <p className="foreign">{nodes}</p>
}

/** Punctuation at the end belongs to the sentence. */
function LinkText({ link }: { link: string }) {
  const address = link.replace(/[.,;:!?)\]]$/, '')
  return (
    <>
      <a href={address} target="_blank" rel="noreferrer noopener">
        {address}
      </a>
      {link.slice(address.length)}
    </>
  )
}
