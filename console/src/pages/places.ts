/** The pages of the navigation, each with the letter that goes there after `g`. */
export const PAGES = [
  { label: 'Overview', href: '/console', letter: 'o' },
  { label: 'Runs', href: '/console/runs', letter: 'r' },
  { label: 'Items in trouble', href: '/console/items', letter: 't' },
  { label: 'System', href: '/console/system', letter: 's' },
] as const;
