/** What crosses the wire, for other packages. */
export { AgentList, BundleFacts, TaskAnswer } from './helpdesk/api.ts'
