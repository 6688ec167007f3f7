/** With so many alerts an incident is read, open ones before those that ended, and of each the oldest and the newest: a storm has no end. */
export const ALERTS_OF_AN_INCIDENT = 500
