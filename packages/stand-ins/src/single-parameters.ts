import type { Service } from '@oncall-lab/service-kit/service'

/** In this scope a parameter of the query that is given twice counts once, the last time; `lists` are those that may be given several times. */
export function takeParametersOnce(app: Service, lists: readonly string[] = []): void {
  app.addHook('preValidation', async ({ query }) => {
    const parameters = query as Record<string, unknown> // Whatever the address held.
    for (const [name, value] of Object.entries(parameters))
      if (Array.isArray(value) && !lists.includes(name)) parameters[name] = value.at(-1)
  })
}
