/** A program of the Prometheus project that the lab runs or its tests use. */
export interface Program {
  name: 'prometheus' | 'alertmanager' | 'promtool'
  /** Its names on PATH. */
  commands: string[]
  /** The project whose release holds it, and the release that we take. */
  release: { project: string; version: string }
  /** Debian's package, and the program's path in there. */
  debian: { package: string; path: string }
}

const PROMETHEUS = { project: 'prometheus', version: '3.13.0' }

/** The programs by name. */
export const PROGRAMS: Record<Program['name'], Program> = {
  prometheus: {
    name: 'prometheus',
    commands: ['prometheus'],
    release: PROMETHEUS,
    debian: { package: 'prometheus', path: 'usr/bin/prometheus' },
  },
  alertmanager: {
    name: 'alertmanager',
    commands: ['alertmanager', 'prometheus-alertmanager'],
    release: { project: 'alertmanager', version: '0.34.0' },
    debian: { package: 'prometheus-alertmanager', path: 'usr/bin/prometheus-alertmanager' },
  },
  promtool: {
    name: 'promtool',
    commands: ['promtool'],
    release: PROMETHEUS,
    debian: { package: 'prometheus', path: 'usr/bin/promtool' },
  },
}

/** A program that runs here. */
export interface FoundProgram {
  name: Program['name']
  /** Absolute. */
  path: string
  /** As it says itself, e.g. `3.13.0`. */
  version: string
  /** For a person, e.g. `PATH` or `the official release`. */
  from: string
}

/** Where and for whom programs are looked for. */
export interface ProgramSurroundings {
  /** The directories of PATH. */
  searchPath: string[]
  /** Belongs to the lab alone; created when needed. */
  cache: string
  isRoot: boolean
  /** One line for the person who waits. */
  say: (line: string) => void
  /** Ends the search and every download. */
  signal: AbortSignal
}

/** One way to a program: its path, or why it is none. */
export interface ProgramSource {
  /** For a person, e.g. `the official release`. */
  name: string
  find(program: Program, around: ProgramSurroundings): Promise<{ kind: 'found'; path: string } | { kind: 'missing'; reason: string }>
}
