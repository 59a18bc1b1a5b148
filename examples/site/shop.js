// PushScript loads asynchronously; what is queued here runs once it is there.
window.pushScriptQueue ||= [];

const status = document.getElementById('status');
document.addEventListener('pushscript:status', ({ detail }) => {
  status.textContent = detail.status;
});

document.getElementById('ask').addEventListener('click', () => {
  window.pushScriptQueue.push((pushScript) => pushScript.ask());
});
document.getElementById('leave').addEventListener('click', () => {
  window.pushScriptQueue.push((pushScript) => pushScript.leave());
});
document.getElementById('newsletter').addEventListener('submit', (event) => {
  event.preventDefault();
  const email = new FormData(event.target).get('email');
  window.pushScriptQueue.push((pushScript) => pushScript.setEmail(email));
});
