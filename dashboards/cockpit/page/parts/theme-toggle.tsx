import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { type Theme, themes } from '../theme.ts';

export interface ThemeToggleProps {
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
}

const words: Readonly<Record<Theme, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeToggle({ theme, onTheme }: ThemeToggleProps) {
  return (
    <ToggleGroup isCompact aria-label="Colours">
      {themes.map((each) => (
        <ToggleGroupItem
          key={each}
          text={words[each]}
          buttonId={`theme-${each}`}
          isSelected={each === theme}
          onChange={() => onTheme(each)}
        />
      ))}
    </ToggleGroup>
  );
}
