// Stands in a bundle for a package that is loaded there and never used: Bolt's own servers, its OAuth and its socket.
// Whoever uses it after all is told so.
class LeftOut {
  constructor() {
    throw new Error('this package was left out of the bundle (infra/bot.ts)');
  }
}
module.exports = new Proxy(LeftOut, { get: (target, name) => target[name] ?? LeftOut });
