import { QueryClient } from '@tanstack/react-query'

/** Polls only while the page is visible; an error stays shown until the next answer, and the last data stay beside it. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 1_000, refetchOnWindowFocus: true, refetchIntervalInBackground: false },
  },
})

/** Which reference an incident's id has. Events come for as long as the page lives, so it is never thrown away. */
queryClient.setQueryDefaults(['incident-id'], { gcTime: Number.POSITIVE_INFINITY })
