import { expect, test } from 'vitest'
import { messagesOfTwiml } from './twiml.ts'

test.each([
  ['<?xml version="1.0"?><Response><Message>Hello</Message></Response>', ['Hello']],
  [
    '<Response><Message to="x"><Body>a &lt;b&gt; &amp; &#39;c&#x27;</Body></Message><Message>two</Message></Response>',
    ["a <b> & 'c'", 'two'],
  ],
  ['<Response><Message><![CDATA[a & <b>]]></Message></Response>', ['a & <b>']],
  ['<Response><Message>&amp;lt;</Message></Response>', ['&lt;']],
  ['<Response/>', []],
  ['<Response><Message>  </Message></Response>', []],
  ['not TwiML <Message>x</Message>', []],
])('reads the messages out of %s', (xml, messages) => {
  expect(messagesOfTwiml(xml, 'text/xml')).toEqual(messages)
})
