// Loaded before every entry script, so it must run on any Node that can load a module: says what to do when the Node is too old.
const wanted = [24, 12]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    `oncall-lab needs Node ${wanted.join('.')} or newer, and this is Node ${process.versions.node} (${process.execPath}).
The repository brings its own Node: run  npx -y pnpm@12 install  in the repository and read what it says,
then start again with  npx -y pnpm@12 <script>.  Or install Node ${wanted[0]} and use that.`,
  )
  process.exit(1)
}
