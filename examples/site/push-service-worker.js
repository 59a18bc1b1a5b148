importScripts('http://localhost:3000/push-service-worker.js');
