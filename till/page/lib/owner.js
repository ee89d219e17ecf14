// One tab is the till, however many are open: it alone takes sales and sends them.

const LOCK = "ringup-till";
export const owner = { is: false };

// Resolves once this tab is the till. `onLost`: another tab took it over.
export function own({ steal = false, onWait = () => {}, onLost = () => {} } = {}) {
  return new Promise((resolve) => {
    const held = () => {
      owner.is = true;
      resolve();
      return new Promise(() => {}); // until the tab ends, or another one steals it
    };
    const lost = () => {
      owner.is = false;
      onLost();
    };
    if (steal) return void navigator.locks.request(LOCK, { steal: true }, held).catch(lost);
    navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (lock) return held();
      onWait();
      navigator.locks.request(LOCK, held).catch(lost); // it is this tab's once the other one is closed
    }).catch(lost);
  });
}
