import { useEffect } from 'react'
import { Link, Route, Switch, useLocation, useRoute } from 'wouter'
import { ThemeButton } from './components/ThemeButton.tsx'
import { useStreamState } from './data/events.ts'
import { useNewestIncidents } from './data/incidents.ts'
import { useTakesQuestions } from './data/inquiries.ts'
import { Ask } from './pages/Ask.tsx'
import { IncidentPage } from './pages/IncidentPage.tsx'
import { Incidents } from './pages/Incidents.tsx'
import { Live } from './pages/Live.tsx'
import { Phone } from './pages/Phone.tsx'
import { Settings } from './pages/Settings.tsx'

const ASK = '/ask'
const VIEWS = [
  ['/', 'Live'],
  ['/incidents', 'Incidents'],
  [ASK, 'Ask'],
  ['/people', 'Phone and tickets'],
  ['/settings', 'Connections'],
] as const

/** The frame of every view: where one is, what is open, whether the stream is connected. */
export function App() {
  const takesQuestions = useTakesQuestions()
  return (
    <>
      <a className="skip" href="#view">
        Skip to the view
      </a>
      <header className="top">
        <Link href="/" className="mark">
          oncall-lab
        </Link>
        <nav aria-label="Views">
          <ul>
            {VIEWS.filter(([path]) => path !== ASK || takesQuestions).map(([path, name]) => (
              <li key={path}>
                <ViewLink path={path} name={name} />
              </li>
            ))}
          </ul>
        </nav>
        <span className="top-end">
          <StreamBadge />
          <ThemeButton />
        </span>
      </header>
      <main id="view" tabIndex={-1}>
        <Switch>
          <Route path="/" component={Live} />
          <Route path="/incidents" component={Incidents} />
          <Route path="/incidents/:ref">{({ ref }) => <IncidentPage key={ref} idOrRef={ref} />}</Route>
          <Route path="/ask/:id?">{({ id }) => <Ask {...(id && { id })} />}</Route>
          <Route path="/people" component={Phone} />
          <Route path="/settings" component={Settings} />
          <Route>
            <section className="panel">
              <h1>There is no such view</h1>
              <p>
                <Link href="/">Go to the live view</Link>
              </p>
            </section>
          </Route>
        </Switch>
      </main>
      <TitleOfPage />
    </>
  )
}

function ViewLink({ path, name }: { path: string; name: string }) {
  const [isExact] = useRoute(path)
  const [location] = useLocation()
  const isHere = isExact || (path !== '/' && location.startsWith(`${path}/`))
  return (
    <Link href={path} aria-current={isHere ? 'page' : undefined}>
      {name}
    </Link>
  )
}

function StreamBadge() {
  const state = useStreamState()
  if (state === 'open') return null
  return (
    <span className="badge warn" role="status">
      {state === 'lost' ? 'The agent is away; trying again' : 'Connecting'}
    </span>
  )
}

/** The browser's tab tells how many incidents are open. */
function TitleOfPage() {
  const { data } = useNewestIncidents()
  const open = data?.incidents.filter(({ status }) => status !== 'resolved').length ?? 0
  useEffect(() => {
    document.title = open > 0 ? `(${open}) oncall-lab` : 'oncall-lab'
  }, [open])
  return null
}
