export { addRegistryCommands } from './commands.js'
