import { defineConnector } from '../../connector.ts'
import { chooseServiceNow } from '../../servicenow/settings.ts'
import type { Tracker } from '../tracker.ts'
import { createServiceNowTracker } from './client.ts'
import { serviceNowSettings } from './settings.ts'

/** ServiceNow's incidents as tickets. */
export const servicenow = defineConnector<Tracker, typeof serviceNowSettings>({
  id: 'servicenow',
  settings: serviceNowSettings,
  connect(config) {
    const { access, about } = chooseServiceNow(config)
    return { kind: 'on', port: { id: 'servicenow', ...createServiceNowTracker(access) }, about }
  },
})
