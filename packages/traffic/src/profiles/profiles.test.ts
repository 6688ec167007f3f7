import { expect, test } from 'vitest'
import type { ProfileSettings } from './profile.ts'
import { PROFILES } from './profiles.ts'

/** The defaults of the flags. */
const settings: ProfileSettings = {
  duration: 120,
  rps: 30,
  spikeAt: 60,
  spikeMult: 3,
  rampFrom: 10,
  rampTo: 150,
  sineAmplitude: 20,
  sinePeriod: 90,
  mildRps: 10,
  highRps: 100,
  mildDuration: 60,
  normalRps: 15,
  normalDuration: 60,
  errorRps: 10,
  errorDuration: 60,
}

test.each<[string, number, number, number, string]>([
  ['constant', 0, 30, 0, 'steady'],
  ['constant', 119, 30, 0, 'steady'],
  ['spike', 59.9, 30, 0, 'steady'],
  ['spike', 60, 90, 0, 'spike'],
  ['spike', 119, 90, 0, 'spike'],
  ['ramp', 0, 10, 0, 'ramp'],
  ['ramp', 60, 80, 0, 'ramp'],
  ['ramp', 120, 150, 0, 'ramp'],
  ['sine', 0, 30, 0, 'sine'],
  ['sine', 22.5, 50, 0, 'sine'],
  ['sine', 67.5, 10, 0, 'sine'],
  ['ramp-spike', 59.9, 10, 0, 'mild'],
  ['ramp-spike', 60, 100, 0, 'high'],
  ['agentic', 59.9, 15, 0, 'normal'],
  ['agentic', 60, 10, 0.8, 'error'],
  ['agentic', 119.9, 10, 0.8, 'error'],
  ['agentic', 120, 15, 0, 'normal'],
])('%s at %f s: %f requests per second, share of errors %f, phase %s', (name, seconds, rate, errorShare, phase) => {
  const moment = PROFILES[name]?.course(settings)(seconds)
  expect(moment?.rate).toBeCloseTo(rate, 9)
  expect(moment).toMatchObject({ errorShare, phase })
})

test('a sine never asks for less than nothing', () => {
  expect(PROFILES.sine?.course({ ...settings, rps: 10 })(67.5).rate).toBe(0)
})
