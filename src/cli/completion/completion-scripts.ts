export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// Each asks `worker complete -- WORDS`, of which the last one is being typed, for what may follow.

const BASH = String.raw`_worker_completion() {
  local IFS=$'\n'
  COMPREPLY=($(worker complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null))
}
complete -o default -F _worker_completion worker`;

const ZSH = String.raw`#compdef worker
_worker_completion() {
  local -a candidates
  candidates=("${'$'}{(@f)$(worker complete -- "${'$'}{(@)words[2,CURRENT]}" 2> /dev/null)}")
  [[ -n "${'$'}{candidates[1]}" ]] && compadd -- "${'$'}{candidates[@]}" || _files
}
compdef _worker_completion worker`;

const FISH = String.raw`function __worker_completion
  set -l typed (commandline -opc)
  set -l current (commandline -ct)
  worker complete -- $typed[2..-1] "$current" 2> /dev/null
end
complete -c worker -f -a '(__worker_completion)'`;

/** What a shell has to read to complete `worker`. */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}
