import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { followEvents } from './data/events.ts'
import { queryClient } from './data/query-client.ts'
import './style/tokens.css'
import './style/base.css'
import './style/components.css'
import './style/views.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

followEvents(queryClient)
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
