import type { NewAction, NewEvent, StoredAction } from '../src/store/ports.ts'

/** An action as it is proposed to the store. */
export function newAction(incidentId: string, over: Partial<NewAction> = {}): NewAction {
  return {
    incident_id: incidentId,
    service: 'inventory',
    action: 'restart_instance',
    arguments: { instance: '127.0.0.1:8001' },
    level: 'medium',
    says: 'Restarts 127.0.0.1:8001.',
    reason: 'It hangs.',
    simulation: '2 of 3 instances serve meanwhile.',
    permission: 'mode_approve',
    digest: 'd'.repeat(64),
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    code: '4821',
    ...over,
  }
}

/** The event of a proposal. */
export function proposedEvent({
  id,
  action,
  arguments: args,
  level,
  says,
  reason,
  simulation,
  permission,
  expires_at,
}: StoredAction): NewEvent {
  return { kind: 'action_proposed', action_id: id, action, arguments: args, level, says, reason, simulation, permission, expires_at }
}
