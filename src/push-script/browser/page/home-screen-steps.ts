const SVG = 'http://www.w3.org/2000/svg';

/** The sign of Share, an arrow to the next step, and the sign of Add to Home Screen, as on iOS. */
const PATHS = [
  'M11 14H6v20h20V14h-5M16 24V3M10 9l6-6 6 6',
  'M40 20h18m-6-6 6 6-6 6',
  'M78 8h16a4 4 0 0 1 4 4v16a4 4 0 0 1-4 4H78a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4zM86 14v12M80 20h12',
];

/** Draws how to add the site to the home screen of iOS; for people who see it, as the text says the same. */
export function drawHomeScreenSteps(): SVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 104 40');
  picture.setAttribute('aria-hidden', 'true');
  for (const shape of PATHS) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', shape);
    picture.append(path);
  }
  return picture;
}
