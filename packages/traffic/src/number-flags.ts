/** A flag that takes a number. */
export interface NumberFlag {
  flag: string
  default: number
  min: number
  max: number
  integer?: boolean
  help: string
}

/** The longest time of any flag, in seconds. */
export const DAY = 86_400
/** The range of requests a second. */
export const RATE = { min: 0, max: 1_000_000 }
const SPAN = { min: 1, max: DAY }
const SHARE = { min: 0, max: 1 }

/** The flags that take numbers, by their setting's name. Times in seconds, rates in requests per second, shares from 0 to 1. */
export const NUMBER_FLAGS = {
  duration: { flag: 'duration', default: 120, ...SPAN, help: 'seconds' },
  rps: { flag: 'rps', default: 30, ...RATE, help: 'requests per second (constant, spike, sine)' },
  putFrac: { flag: 'put-frac', default: 0.1, ...SHARE, help: 'share of PUTs among the requests to the shop' },
  listFrac: { flag: 'list-frac', default: 0.1, ...SHARE, help: 'share of list pages; a read of an item on the page follows' },
  reserveFrac: { flag: 'reserve-frac', default: 0.08, ...SHARE, help: 'share of reservations of one to three pieces' },
  unknownFrac: { flag: 'unknown-frac', default: 0.01, ...SHARE, help: 'share of reads of items that do not exist' },
  payloadKb: { flag: 'payload-kb', default: 1, min: 0, max: 120, help: 'size of a PUT body in KiB' },
  reportEvery: { flag: 'report-every', default: 5, min: 0.1, max: 3_600, help: 'seconds between rolling lines' },
  spikeAt: { flag: 'spike-at', default: 60, min: 0, max: DAY, help: 'second at which the spike begins' },
  spikeMult: { flag: 'spike-mult', default: 3, min: 0, max: 1_000, help: 'factor of the spike' },
  rampFrom: { flag: 'ramp-from', default: 10, ...RATE, help: 'rate at the start of the ramp' },
  rampTo: { flag: 'ramp-to', default: 150, ...RATE, help: 'rate at its end' },
  sineAmplitude: { flag: 'sine-amplitude', default: 20, ...RATE, help: 'requests per second' },
  sinePeriod: { flag: 'sine-period', default: 90, ...SPAN, help: 'seconds' },
  mildRps: { flag: 'mild-rps', default: 10, ...RATE, help: 'first rate of ramp-spike' },
  highRps: { flag: 'high-rps', default: 100, ...RATE, help: 'second rate of ramp-spike' },
  mildDuration: { flag: 'mild-duration', default: 60, min: 0, max: DAY, help: 'seconds of the first rate' },
  normalRps: { flag: 'normal-rps', default: 15, ...RATE, help: 'rate of normal traffic (agentic)' },
  normalDuration: { flag: 'normal-duration', default: 60, min: 0, max: DAY, help: 'seconds of normal traffic' },
  errorRps: { flag: 'error-rps', default: 10, ...RATE, help: 'rate of the error phase (agentic)' },
  errorDuration: { flag: 'error-duration', default: 60, min: 0, max: DAY, help: 'seconds of the error phase' },
  keyspace: { flag: 'keyspace', default: 5_000, min: 1, max: 1e9, integer: true, help: 'item ids are 1 to this' },
  hotFrac: { flag: 'hot-frac', default: 0.2, ...SHARE, help: 'share of the item requests that go to the hot ids' },
  hotset: { flag: 'hotset', default: 50, min: 1, max: 1e9, integer: true, help: 'the first n ids are hot' },
  zipf: { flag: 'zipf', default: 0, min: 0, max: 5, help: "exponent of Zipf's law for the ids instead of hot ids; 0 is off" },
  timeout: { flag: 'timeout', default: 5, min: 0.05, max: 600, help: 'seconds for an answer; also the longest wait for a free slot' },
} as const satisfies Record<string, NumberFlag>

/** The values of the number flags. */
export type NumberSettings = Record<keyof typeof NUMBER_FLAGS, number>

/** The flags whose default depends on others. */
export const OPEN_FLAGS = {
  maxConcurrency: {
    flag: 'max-concurrency',
    min: 1,
    max: 20_000,
    integer: true,
    help: 'maximum requests in flight (default: what the highest rate sends within --timeout, from 200 to 10000)',
  },
  workers: {
    flag: 'workers',
    min: 1,
    max: 64,
    integer: true,
    help: 'threads that send (default: one for each 8000 rps, at most the cores)',
  },
  seed: {
    flag: 'seed',
    min: 0,
    max: 2 ** 32 - 1,
    integer: true,
    help: 'same seed, same requests at the same times (default: random, reported)',
  },
  portOffset: {
    flag: 'port-offset',
    min: 0,
    max: 50_000,
    integer: true,
    help: 'the offset of the lab to send to (default: LAB_PORT_OFFSET, or 0)',
  },
  prometheusPort: {
    flag: 'prometheus-port',
    min: 0,
    max: 65_535,
    integer: true,
    help: 'serve GET /metrics on this port of 127.0.0.1 during the run (0 = any free port, printed)',
  },
} as const satisfies Record<string, Omit<NumberFlag, 'default'>>

/** Their values, where given. */
export type OpenSettings = Partial<Record<keyof typeof OPEN_FLAGS, number>>
