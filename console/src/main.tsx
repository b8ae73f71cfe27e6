import { render } from 'preact';
import { App } from './app';
import './style/console.css';

const place = document.querySelector('#console');
if (place) render(<App />, place);
