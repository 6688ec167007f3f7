import type { Instance } from '@oncall-lab/process-manager/api'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useInstances } from '../data/fleet.ts'
import { type LiveReadings, useLiveReadings } from '../data/prometheus.ts'
import { Shape, type Tone } from './State.tsx'
import { across, type Box, back, type Curve, down, type Layout, layOut, pathOf, pointsOf } from './topology-layout.ts'
import { useWatchers, type WatcherState } from './watchers.ts'

const NARROW = 720
/** Above this share of failed requests an edge is drawn as broken. */
const BROKEN_ABOVE = 0.05

/** The way of a request, and of an alert, with the present numbers. On a narrow screen the same boxes stand below each other. */
export function Topology() {
  const host = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!host.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)))
    observer.observe(host.current)
    return () => observer.disconnect()
  }, [])
  const fleet = useInstances()
  const readings = useLiveReadings()
  const watchers = useWatchers()
  const instances = fleet.data?.instances ?? []
  const layout = layOut(Math.max(width, NARROW), instances.length)
  const isNarrow = width < NARROW
  return (
    <section className="panel topology" aria-label="The way of a request and of an alert">
      <div ref={host} className={isNarrow ? 'picture narrow' : 'picture'} style={isNarrow ? undefined : { height: layout.height }}>
        {!isNarrow && <Edges layout={layout} instances={instances} readings={readings.data} watchers={watchers} />}
        <Customers box={layout.boxes.customers} readings={readings.data} />
        <Balancer box={layout.boxes.balancer} readings={readings.data} />
        {instances.map((instance, i) => (
          <InstanceNode key={instance.port} box={layout.instances[i]} instance={instance} readings={readings.data} />
        ))}
        {fleet.error && (
          <Node box={layout.instances[0] ?? layout.boxes.agent} tone="dim" name="Instances" lines={['The process manager is away']} />
        )}
        <DatabaseNode box={layout.boxes.database} readings={readings.data} />
        {watchers.map((watcher) => (
          <Node key={watcher.id} box={layout.boxes[watcher.id]} {...watcher} />
        ))}
      </div>
    </section>
  )
}

interface NodeProps {
  box: Box | undefined
  tone: Tone
  name: string
  /** Read second, at the end of the name's line. */
  aside?: string
  lines: string[]
  href?: string
}

function Node({ box, tone, name, aside, lines, href }: NodeProps) {
  const inside = (
    <>
      <span className="node-name">
        <Shape tone={tone} size={9} />
        {name}
        {aside && <span className="node-aside">{aside}</span>}
      </span>
      {lines.map((line) => (
        <span key={line} className="node-line">
          {line}
        </span>
      ))}
    </>
  )
  const style = box && { '--x': `${box.x}px`, '--y': `${box.y}px`, '--w': `${box.width}px`, '--h': `${box.height}px` }
  return (
    <div className={`node ${tone}`} style={style as React.CSSProperties}>
      {href ? <Link href={href}>{inside}</Link> : inside}
    </div>
  )
}

const rate = (value: number | undefined) => (value === undefined ? 'no reading' : `${value.toFixed(value < 10 ? 1 : 0)} requests/s`)
const share = (errors: number | undefined, all: number | undefined) => (all ? (errors ?? 0) / all : undefined)
const percent = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`

function Customers({ box, readings }: { box: Box; readings: LiveReadings | undefined }) {
  const rps = readings?.total('lb_rps')
  const line = rps === undefined ? 'cannot be seen' : rps < 0.05 ? 'nobody is there' : rate(rps)
  return <Node box={box} tone={rps && rps >= 0.05 ? 'ok' : 'dim'} name="Customers" lines={[line]} />
}

function Balancer({ box, readings }: { box: Box; readings: LiveReadings | undefined }) {
  const { up, all } = readings?.targets('load-balancer') ?? { up: 0, all: 0 }
  if (!readings || all === 0) return <Node box={box} tone="dim" name="Load balancer" lines={['cannot be seen']} />
  if (up === 0) return <Node box={box} tone="bad" name="Load balancer" lines={['does not answer']} />
  const failed = share(readings.total('lb_errors'), readings.total('lb_rps'))
  const available = readings.total('lb_available') ?? 0
  const tone: Tone = available === 0 || (failed ?? 0) > BROKEN_ABOVE ? 'bad' : 'ok'
  return (
    <Node
      box={box}
      tone={tone}
      name="Load balancer"
      lines={[
        failed === undefined ? 'no requests' : `${percent(failed)} failed`,
        `${available} instance${available === 1 ? '' : 's'} in use`,
      ]}
    />
  )
}

function InstanceNode({ box, instance, readings }: { box: Box | undefined; instance: Instance; readings: LiveReadings | undefined }) {
  const { instance: name, state, port, release } = instance
  const rps = readings?.of('rps', name)
  const failed = share(readings?.of('errors', name), rps)
  const p95 = readings?.of('p95', name)
  const numbers =
    state !== 'running'
      ? state
      : [
          rps === undefined ? 'no reading' : `${rps.toFixed(1)}/s`,
          failed ? `${percent(failed)} failed` : '',
          p95 === undefined ? '' : `p95 ${seconds(p95)}`,
        ]
          .filter(Boolean)
          .join(' · ')
  const isSlow = p95 !== undefined && p95 > 0.5
  const tone: Tone =
    state === 'fatal' || (failed ?? 0) > BROKEN_ABOVE ? 'bad' : state !== 'running' || isSlow ? 'warn' : rps === undefined ? 'dim' : 'ok'
  return <Node box={box} tone={tone} name={`inventory :${port}`} aside={release} lines={[numbers]} />
}

const seconds = (value: number) => (value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(1)} s`)

function DatabaseNode({ box, readings }: { box: Box; readings: LiveReadings | undefined }) {
  const up = readings?.total('db_up')
  const p95 = readings?.total('db_p95')
  const [tone, line]: [Tone, string] =
    up === undefined
      ? ['dim', 'cannot be seen']
      : up === 0
        ? ['bad', 'an instance cannot reach it']
        : ['ok', p95 === undefined ? 'reachable' : `p95 ${seconds(p95)}`]
  return <Node box={box} tone={tone} name="PostgreSQL" lines={[line]} />
}

interface EdgeProps {
  curve: Curve
  tone: Tone
  /** Requests a second; 0 draws a still line. */
  flow: number
}

function Edges({
  layout,
  instances,
  readings,
  watchers,
}: {
  layout: Layout
  instances: Instance[]
  readings: LiveReadings | undefined
  watchers: WatcherState[]
}) {
  const { boxes } = layout
  const toneOf = (failed: number | undefined): Tone => (failed === undefined ? 'dim' : failed > BROKEN_ABOVE ? 'bad' : 'ok')
  const toneOfWatcher = (id: WatcherState['id']) => watchers.find((each) => each.id === id)?.tone ?? 'dim'
  const all = readings?.total('lb_rps') ?? 0
  const edges: (EdgeProps & { id: string })[] = [
    { id: 'in', curve: across(boxes.customers, boxes.balancer), tone: toneOf(share(readings?.total('lb_errors'), all)), flow: all },
    ...instances.flatMap((instance, i) => {
      const box = layout.instances[i]
      if (!box) return []
      const rps = readings?.of('rps', instance.instance)
      const isUp = instance.state === 'running'
      const tone = isUp ? toneOf(share(readings?.of('errors', instance.instance), rps)) : 'dim'
      const database: Tone =
        !isUp || readings?.total('db_up') === undefined ? 'dim' : readings.of('db_up', instance.instance) === 0 ? 'bad' : 'ok'
      return [
        { id: `lb-${instance.port}`, curve: across(boxes.balancer, box), tone, flow: isUp ? (rps ?? 0) : 0 },
        { id: `db-${instance.port}`, curve: across(box, boxes.database), tone: database, flow: isUp ? (rps ?? 0) : 0 },
      ]
    }),
    { id: 'metrics', curve: down(layout.instances.at(-1) ?? boxes.balancer, boxes.prometheus), tone: toneOfWatcher('prometheus'), flow: 0 },
    { id: 'alert', curve: back(boxes.prometheus, boxes.alertmanager), tone: toneOfWatcher('alertmanager'), flow: 0 },
    { id: 'webhook', curve: back(boxes.alertmanager, boxes.agent), tone: toneOfWatcher('agent'), flow: 0 },
    { id: 'page', curve: back(boxes.agent, boxes.people), tone: toneOfWatcher('people'), flow: 0 },
  ]
  return (
    <>
      <svg className="edges" width="100%" height={layout.height} aria-hidden="true">
        {edges.map(({ id, curve, tone, flow }) => (
          <path key={id} d={pathOf(curve)} className={`edge ${tone} ${flow > 0 ? '' : 'still'}`} />
        ))}
        {edges
          .filter(({ id }) => NAMED_EDGES.includes(id))
          .map(({ id, curve }) => {
            const { x, y } = pointsOf(curve, 3)[1] ?? curve[0]
            return (
              <text key={id} className="edge-name" x={x} y={y - 7} textAnchor="middle">
                {id}
              </text>
            )
          })}
      </svg>
      {edges.map(({ id, curve, tone, flow }) => flow > 0 && <Flow key={id} curve={curve} tone={tone} flow={flow} />)}
    </>
  )
}

/** Edges of the alert's way that say what goes over them. */
const NAMED_EDGES = ['metrics', 'alert', 'webhook', 'page']
const POINTS = 16

/** A rate within this factor of the one that is shown moves the dots on as they are. */
const ALIKE = 1.5

/** Dots that move along an edge. Only `transform` is animated, which the compositor does alone: the page does nothing meanwhile. */
function Flow({ curve, tone, flow }: EdgeProps) {
  const host = useRef<HTMLSpanElement>(null)
  const [shown, setShown] = useState(flow)
  // To begin an animation anew costs the page more than all else that it does at rest.
  if (flow > shown * ALIKE || flow < shown / ALIKE) setShown(flow)
  const dots = Math.min(4, Math.ceil(Math.log2(1 + shown)))
  const durationMs = 1_000 * Math.max(1, Math.round(6 / Math.log2(2 + shown)) / 2 + 0.5)
  const way = pathOf(curve)
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const frames = pointsOf(curve, POINTS).map(({ x, y }) => ({ transform: `translate(${x - 3}px, ${y - 3}px)` }))
    const running = [...(host.current?.children ?? [])].map((dot, i, all) =>
      dot.animate(frames, { duration: durationMs, delay: (-durationMs * i) / all.length, iterations: Number.POSITIVE_INFINITY }),
    )
    return () => {
      for (const animation of running) animation.cancel()
    }
    // The curve is known by its path.
  }, [way, dots, durationMs])
  return (
    <span ref={host} aria-hidden="true">
      {Array.from({ length: dots }, (_, i) => (
        <i key={i} className={`dot ${tone}`} />
      ))}
    </span>
  )
}
