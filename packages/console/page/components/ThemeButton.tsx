import { useEffect, useState } from 'react'

const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

function stored(): Theme {
  const value = localStorage.getItem('theme')
  return THEMES.find((each) => each === value) ?? 'auto'
}

/** Follows the system, or is always light or dark; remembered in this browser. */
export function ThemeButton() {
  const [theme, setTheme] = useState(stored)
  useEffect(() => {
    document.documentElement.dataset.theme = theme
    localStorage.setItem('theme', theme)
    // Canvases repaint on this.
    window.dispatchEvent(new Event('themechange'))
  }, [theme])
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto'
  return (
    <button type="button" className="button quiet" onClick={() => setTheme(next)} aria-label={`Theme: ${theme}. Change to ${next}.`}>
      {theme === 'auto' ? 'Auto' : theme === 'light' ? 'Light' : 'Dark'}
    </button>
  )
}
