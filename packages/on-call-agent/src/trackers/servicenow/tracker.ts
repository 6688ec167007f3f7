import { defineConnector } from '../../connector.ts'
import { chooseServiceNow, serviceNowSettings } from '../../servicenow/settings.ts'
import type { Tracker } from '../tracker.ts'
import { createServiceNowTracker } from './client.ts'

/** ServiceNow's incidents as tickets. */
export const servicenow = defineConnector<Tracker, typeof serviceNowSettings>({
  id: 'servicenow',
  settings: serviceNowSettings,
  connect(config) {
    const { access, about } = chooseServiceNow(config)
    return { kind: 'on', port: { id: 'servicenow', ...createServiceNowTracker(access) }, about }
  },
})
