import { describeError, LabError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { type Action, defineAction } from '../../../actions/action.ts'
import { type Host, requireHost } from '../host.ts'
import { endProcess } from './end-process.ts'
import { clearCache, rotateLog } from './free-disk.ts'
import { type Remedy, refuse } from './remedy.ts'
import { restartService } from './restart-service.ts'
import { restoreConfiguration } from './restore-configuration.ts'

/** All that can be done on a host. */
const REMEDIES = {
  restart_service: restartService,
  rotate_log: rotateLog,
  clear_cache: clearCache,
  end_process: endProcess,
  restore_configuration: restoreConfiguration,
} satisfies Record<string, Remedy>

const Parameters = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 64, description: 'As check_host names it.' }),
    remedy: Type.Enum(Object.keys(REMEDIES) as (keyof typeof REMEDIES)[]), // The keys of a literal.
    subject: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
)

/** `run_remediation`: one remedy on one listed subject of the incident's host. What would run is said before anybody is asked. */
export function runRemediation(hosts: readonly Host[]): Action {
  const takes = Object.entries(REMEDIES).map(([name, remedy]) => `${name} takes ${remedy.takes}`)
  return defineAction({
    name: 'run_remediation',
    description: `Repairs something on a host of the service; the subject is one that check_host names. ${takes.join(', ')}.`,
    parameters: Parameters,
    level: 'medium',
    says: ({ host, remedy, subject }) => REMEDIES[remedy].says(subject, host),
    async check({ host: name, remedy, subject }, { incident, signal }) {
      try {
        return await REMEDIES[remedy].check(requireHost(hosts, incident, name), subject, signal)
      } catch (error) {
        if (error instanceof UpstreamError) throw error
        if (error instanceof LabError) return refuse(error.code, describeError(error))
        throw error
      }
    },
    before: ({ host, remedy, subject }, { incident, signal }) =>
      REMEDIES[remedy].before(requireHost(hosts, incident, host), subject, signal),
    run: ({ host, remedy, subject }, { incident, signal }) => REMEDIES[remedy].run(requireHost(hosts, incident, host), subject, signal),
    readOutcome: ({ host, remedy, subject }, before, { incident, signal }) =>
      REMEDIES[remedy].readOutcome(requireHost(hosts, incident, host), subject, before, signal),
    verify: { slis: ['host_troubles'], seconds: 60 },
    async undo({ host, remedy, subject }, before, { incident, signal }) {
      const { undo }: Remedy = REMEDIES[remedy]
      if (!undo) throw new LabError(`${remedy} cannot be taken back`, { code: 'no_undo', status: 409 })
      return undo(requireHost(hosts, incident, host), subject, before, signal)
    },
  })
}
