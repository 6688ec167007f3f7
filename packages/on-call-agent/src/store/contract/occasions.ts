import { receivedAlert } from '../../../test-parts/alerts.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'

/** The person on call. */
export const PERSON = 'whatsapp:+15550100001'
/** The usual alert. */
export const firing = receivedAlert()
/** Its end. */
export const resolved = receivedAlert({ status: 'resolved' })
/** Another alert of the same service. */
export const rate = (over: Partial<ReceivedAlert> = {}) => receivedAlert({ alertname: 'InventoryHighErrorRate', ...over })
/** An alert of another service. */
export const other = receivedAlert({ alertname: 'LabPartDown', service: 'load-balancer', severity: 'warning' })
