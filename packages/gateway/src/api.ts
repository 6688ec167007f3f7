/** What crosses the wire, for other packages. */
export { AgentList, TaskAnswer } from './helpdesk/api.ts'
