/** Dark, light, or as the system has it. PatternFly goes by a class on the root element. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const KEY = 'faultflix-cockpit-theme';
const DARK = '(prefers-color-scheme: dark)';

export function savedTheme(): Theme {
  const saved = localStorage.getItem(KEY);
  return themes.find((theme) => theme === saved) ?? 'system';
}

/** Applies the theme, saves it, and follows the system for as long as it is `system`. Returns how to stop following. */
export function applyTheme(theme: Theme): () => void {
  const system = matchMedia(DARK);
  const apply = () => {
    const dark = theme === 'dark' || (theme === 'system' && system.matches);
    document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
    document.dispatchEvent(new Event('themechange'));
  };
  localStorage.setItem(KEY, theme);
  apply();
  system.addEventListener('change', apply);
  return () => system.removeEventListener('change', apply);
}
