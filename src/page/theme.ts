const KEY = 'async-trace-theme'

/** Light or dark: as the system has it, until the button says otherwise. */
export function initTheme(button: HTMLButtonElement, onChange: () => void): void {
  const isDark = () => {
    const { theme } = document.documentElement.dataset
    return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
  }
  const show = () => {
    button.textContent = isDark() ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`)
    onChange()
  }
  const kept = read()
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset['theme'] = kept
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show)
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark'
    document.documentElement.dataset['theme'] = theme
    keep(theme)
    show()
  })
  show()
}

// A page from a file, or with storage switched off, forgets.
function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {}
}
