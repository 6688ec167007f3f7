import { CliError } from '../cli-error.ts'
import { playAct } from '../demo/act.ts'
import { checkChain } from '../demo/chain.ts'
import { formatClock, readClock } from '../demo/clock.ts'
import { FULL, play, QUICK } from '../demo/play.ts'
import { isReal } from '../vendors.ts'
import type { DemoStory } from './demo-story.ts'

/** The shop loses its database connections: alert, page, reply on the phone, ticket, end. With `--act` the agent mends it, with permission. */
export const shop: DemoStory = {
  name: 'shop',
  about: 'a fault of the shop: alert, page, reply, ticket, end',
  async play(stage) {
    const { connectors, flags, screen } = stage
    if (isReal('whatsapp', connectors))
      screen.line(screen.paint('yellow', '  This will send WhatsApp messages to a real phone, and waits for the person to reply there.'))
    if (flags.act) {
      if (isReal('whatsapp', connectors))
        throw new CliError('demo --act reads the code on the phone of the stand-in; unset the variables of Twilio.')
      await playAct(stage)
      return { links: [], after: [] }
    }
    const evidence = await play({ ...stage, pace: flags.full ? FULL : QUICK })
    const { issue } = evidence
    return {
      links: checkChain(evidence),
      after: [
        `\n${screen.paint('bold', 'The clock, since the fault')}`,
        ...formatClock(readClock(evidence)),
        ...(issue ? [`\n  Jira says: ${issue.key} "${issue.summary}", assignee ${issue.assignee ?? 'nobody'}`] : []),
      ],
    }
  },
}
