import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { IncidentSummary } from '@oncall-lab/on-call-agent/api'
import { query } from '@oncall-lab/postgres-server/query'
import { until } from '@oncall-lab/test-kit/until'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ComposeProject, docker, mustDocker } from './compose.ts'
import { connects } from './connects.ts'
import { LabFromOutside } from './lab-from-outside.ts'

/** The lab of docker-compose.yaml under a name of its own, on the lab's ports. Each test goes on where the one before it ended. */

const PARTS = [
  'rules-model',
  'stand-ins',
  'load-balancer',
  'process-manager',
  'postgres',
  'prometheus',
  'alertmanager',
  'alertmanager-front',
  'on-call-agent',
  'console',
  'gateway',
]
const PORTS = [7070, 8001, 8002, 8003, 8010, 8087, 8088, 8089, 8090, 8091, 9000, 9090, 9093, 15432]
const STOPPED_WITHIN_SECONDS = 10

const project = new ComposeProject('oncall-lab-test')
const lab = new LabFromOutside(project)
const CUSTOMERS = `${project.name}-customers`

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await act()
  return (performance.now() - begun) / 1_000
}

const identities = (incidents: IncidentSummary[]) => incidents.map(({ id, opened_at }) => `${id} ${opened_at}`).toSorted()

/** Every incident of before is still there. */
async function expectNothingForgotten(before: IncidentSummary[]): Promise<void> {
  expect(identities(await lab.incidents())).toEqual(expect.arrayContaining(identities(before)))
}

const startCustomers = () =>
  project.run('run', '--detach', '--no-deps', '--name', CUSTOMERS, 'traffic', '--rps', '10', '--duration', '3600')
const endCustomers = () => docker('rm', '--force', CUSTOMERS)
const takeDown = () => project.try('--profile', 'once', 'down', '--volumes', '--remove-orphans')

beforeAll(takeDown)
afterAll(async () => {
  await endCustomers()
  await takeDown()
})

describe('docker compose up', () => {
  it('builds the image, starts every container and waits until each is healthy', async () => {
    await project.run('up', '--detach', '--build', '--wait')
    expect([...(await project.containers()).keys()].toSorted()).toEqual(['pod', ...PARTS].toSorted())
    expect(await project.ailing()).toEqual([])
    await lab.untilRecovered()
  })

  it('publishes the ports of the address book on 127.0.0.1 and nowhere else', async () => {
    for (const [service, { HostConfig }] of await project.containers()) {
      const hosts = Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) => bindings?.map(({ HostIp }) => HostIp) ?? [])
      expect([service, [...new Set(hosts)]]).toEqual([service, service === 'pod' ? ['127.0.0.1'] : []])
    }
    for (const port of PORTS) expect(await project.address(port)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const others = Object.values(networkInterfaces()).flatMap(
      (each) => each?.filter(({ internal, family }) => !internal && family === 'IPv4') ?? [],
    )
    for (const { address } of others) {
      const { port } = new URL(await project.address(9000))
      expect([address, await connects(address, Number(port))]).toEqual([address, false])
    }
  })

  it('answers on them from outside: the shop, the instances, the phone, the agent', async () => {
    expect(await lab.get(9000, '/items/1')).toMatchObject({ name: expect.any(String) })
    expect(await lab.get(8001, '/healthz')).toMatchObject({ ok: true })
    expect(await (await fetch(`${await project.address(8089)}/`)).text()).toContain('<html')
    expect(await lab.get(8088, '/healthz')).toMatchObject({ ok: true })
  })

  it('confines every container: no root, read-only, no capabilities, bounded memory and logs', async () => {
    for (const [service, { Id, Config, HostConfig }] of await project.containers()) {
      const users = (await mustDocker('top', Id, '-eo', 'pid,uid')).trim().split('\n').slice(1)
      expect(users.length).toBeGreaterThan(0)
      for (const line of users) expect([service, line.trim().split(/\s+/)[1]]).not.toEqual([service, '0'])
      expect([service, Config.User]).toEqual([service, expect.stringMatching(/^(node|nobody|65534|postgres)$/)])
      expect([service, HostConfig]).toEqual([
        service,
        expect.objectContaining({
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          RestartPolicy: expect.objectContaining({ Name: 'unless-stopped' }),
          LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '3' } },
        }),
      ])
      expect(HostConfig.Memory).toBeGreaterThan(0)
    }
  })

  it.each([
    ['prometheus', '/etc/prometheus/prometheus.yaml', 'prometheus.yaml'],
    ['prometheus', '/etc/prometheus/alerts.yaml', 'alerts.yaml'],
    ['alertmanager', '/etc/alertmanager/alertmanager.yaml', 'alertmanager.yaml'],
  ])('gives %s the file %s of the root, byte for byte', async (service, path, file) => {
    const inside = await project.run('exec', '--no-TTY', service, 'cat', path)
    expect(inside).toBe(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'))
  })

  it('sends customers on request', async () => {
    const { code, stdout, stderr } = await project.try('run', '--rm', '--no-TTY', 'traffic', '--duration', '3', '--json')
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(JSON.parse(stdout)).toMatchObject({ sent: expect.any(Number), errors: 0 })
  })

  it('tells the whole story with `docker compose run demo`', async () => {
    const { code, stdout, stderr } = await project.try('run', '--rm', '--no-TTY', 'demo')
    expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('Ravi'), expect.any(String)])
    const [incident] = await lab.incidents()
    expect(incident).toMatchObject({ status: 'resolved', ticket: { assignee: expect.stringContaining('Ravi') } })
  })

  it('still knows the incidents after down and up', async () => {
    const before = await lab.incidents()
    expect(before.length).toBeGreaterThan(0)
    expect(await seconds(() => project.run('down'))).toBeLessThan(STOPPED_WITHIN_SECONDS)
    expect((await project.containers()).size).toBe(0)
    await project.run('up', '--detach', '--wait')
    expect(await lab.incidents()).toEqual(before)
    await lab.untilRecovered()
  })
})

describe('the database', () => {
  const shop = (statement: string) => query('postgres://shop@127.0.0.1:15432/shop', statement)
  const healthy = () => until('every container to be healthy', async () => (await project.ailing()).length === 0, 60)

  it('lets the shop in through the published port, and nobody else', async () => {
    expect(await shop('SELECT current_user AS role')).toEqual([{ role: 'shop' }])
    await expect(query('postgres://postgres@127.0.0.1:15432/postgres', 'SELECT 1')).rejects.toThrow('no pg_hba.conf entry')
  })

  it('keeps what was committed when it is killed, and through down and up', async () => {
    await shop('CREATE TABLE survivors (name text)')
    await shop("INSERT INTO survivors VALUES ('committed')")
    await project.crash('postgres')
    const survivors = () => shop('SELECT name FROM survivors').catch(() => null)
    expect(await until('the database to answer again', survivors, 30)).toEqual([{ name: 'committed' }])
    await healthy()
    await project.run('down')
    await project.run('up', '--detach', '--wait')
    expect(await survivors()).toEqual([{ name: 'committed' }])
    await shop('DROP TABLE survivors')
  })

  it('is down while the process manager holds it, and comes back by itself when the time is over', async () => {
    const over = Math.floor(Date.now() / 1_000) + 10
    const write = `cd /var/lib/oncall-lab/database && echo ${over} >new && mv new hold`
    await project.run('exec', '--no-TTY', 'process-manager', 'sh', '-c', write)
    await until('the database to refuse', () =>
      shop('SELECT 1').then(
        () => false,
        () => true,
      ),
    )
    await until('the database to answer', () => shop('SELECT 1').catch(() => null))
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(over)
    await healthy()
  })

  it('begins anew when its first start was interrupted before the shop had its database', async () => {
    const { RestartCount } = await project.container('postgres')
    await project.run('exec', '--no-TTY', 'postgres', 'sh', '-c', 'rm "$PGDATA/complete"')
    await project.run('exec', '--no-TTY', 'postgres', 'psql', '-qc', 'DROP DATABASE shop WITH (FORCE)')
    await project.crash('postgres')
    await until('a restart', async () => (await project.container('postgres')).RestartCount > RestartCount)
    expect(await until('an empty database', () => shop('SELECT current_database() AS name').catch(() => null), 30)).toEqual([
      { name: 'shop' },
    ])
    await project.run('restart', 'process-manager')
    await lab.untilRecovered()
  })
})

describe('a container that dies while customers come and go', () => {
  let before: IncidentSummary[]

  beforeAll(async () => {
    await startCustomers()
    await lab.setFault({ mode: 'errors', p_error: 1, ttl_seconds: 900 })
    await lab.untilIncident('an incident with a diagnosis', ({ status, diagnosis }) => status !== 'resolved' && diagnosis !== null, 90)
    before = await lab.incidents()
  })

  it.each(PARTS)('comes back by itself, and no incident is lost: %s', async (service) => {
    const { RestartCount } = await project.container(service)
    await project.crash(service)
    await until(`${service} to be restarted`, async () => (await project.container(service)).RestartCount > RestartCount, 20)
    await until('every container to be healthy', async () => (await project.ailing()).length === 0, 60)
    await expectNothingForgotten(before)
  })

  it('leaves a lab that closes the incident when the trouble ends', async () => {
    await lab.setFault({ mode: 'none' })
    await lab.untilRecovered()
    await until('every incident to be resolved', async () => (await lab.incidents()).every(({ status }) => status === 'resolved'), 200)
  })

  it('stays away when it was `docker kill`, as Docker has it; `up` brings it back, and the alert of meanwhile is not lost', async () => {
    before = await lab.incidents()
    await mustDocker('kill', (await project.container('on-call-agent')).Id)
    await lab.setFault({ mode: 'errors', p_error: 1, ttl_seconds: 600 })
    await until('an alert at Alertmanager', async () => (await lab.get<object[]>(9093, '/api/v2/alerts?active=true')).length > 0, 60)
    expect((await project.container('on-call-agent')).State.Status).toBe('exited')
    await project.run('up', '--detach', '--wait')
    await lab.untilIncident('the incident of meanwhile', ({ id }) => before.every((known) => known.id !== id), 60)
    await expectNothingForgotten(before)
  })
})

describe('the pod', () => {
  it.each([
    ['crashes', () => project.crash('pod')],
    ['is killed', async () => mustDocker('kill', (await project.container('pod')).Id)],
  ])('takes all with it when it %s, and `up` heals that without loss', async (_, end) => {
    const before = await lab.incidents()
    const processes = [...(await project.containers()).values()].map(({ State }) => State.Pid)
    await end()
    await until(
      'the end of every process of the pod',
      async () => [...(await project.containers()).values()].every(({ State }) => !processes.includes(State.Pid)),
      20,
    )
    await project.run('up', '--detach', '--wait')
    await lab.untilRecovered(90)
    await expectNothingForgotten(before)
  })
})

describe('with the heal profile', () => {
  beforeAll(() => project.run('--profile', 'heal', 'up', '--detach', '--wait'))
  afterAll(() => project.run('--profile', 'heal', 'rm', '--stop', '--force', 'heal'))

  it.each([...PARTS, 'pod'])('a `docker kill` of %s heals by itself, and no incident is lost', async (service) => {
    const before = await lab.incidents()
    const { Id, State } = await project.container(service)
    await mustDocker('kill', Id)
    await until(`${service} to be started again`, async () => ![0, State.Pid].includes((await project.container(service)).State.Pid), 20)
    await until('every container to be healthy', async () => (await project.ailing()).length === 0, 60)
    await expectNothingForgotten(before)
  })

  it('what a person stopped stays stopped', async () => {
    await project.run('stop', 'rules-model')
    await project.run('restart', 'load-balancer')
    await until('the load balancer to be healthy', async () => (await project.ailing()).join() === 'rules-model', 60)
    expect((await project.container('rules-model')).State).toMatchObject({ Status: 'exited', ExitCode: 0 })
    await project.run('up', '--detach', '--wait')
  })
})

describe('docker compose down', () => {
  it('stops everything within ten seconds, also under load', async () => {
    await endCustomers()
    await startCustomers()
    expect(await seconds(() => project.run('stop'))).toBeLessThan(STOPPED_WITHIN_SECONDS)
    for (const [service, { State }] of await project.containers()) expect([service, State.Status]).toEqual([service, 'exited'])
  })

  it('leaves nothing with --volumes', async () => {
    await endCustomers()
    await project.run('down', '--volumes')
    const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${project.name}`]
    const left = await Promise.all(
      [
        ['ps', '--all'],
        ['volume', 'ls'],
        ['network', 'ls'],
      ].map((list) => mustDocker(...list, ...filter)),
    )
    expect(left).toEqual(['', '', ''])
  })
})
