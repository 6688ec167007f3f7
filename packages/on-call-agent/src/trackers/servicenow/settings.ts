export { serviceNowSettings } from '../../servicenow/settings.ts'
