//! Pictures made small: a browser writes every point in full colour, and a page has few colours.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

type Colour = [u8; 3];

/// Colours of a picture; the shades at the edges of letters are many and look alike.
const COLOURS: usize = 48;

/// The same picture with a palette: its most frequent colours, and for any other the nearest of them.
pub fn with_palette(png: &[u8]) -> Vec<u8> {
    let (width, rows) = decode(png);
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for colour in rows.iter().flatten() {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut palette: Vec<(Colour, usize)> = counts.iter().map(|(colour, count)| (*colour, *count)).collect();
    palette.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let palette: Vec<Colour> = palette.into_iter().map(|(colour, _)| colour).take(COLOURS).collect();
    let places: HashMap<Colour, u8> =
        counts.keys().map(|colour| (*colour, nearest(&palette, *colour))).collect();

    let mut points = ZlibEncoder::new(Vec::new(), Compression::best());
    for row in &rows {
        let line: Vec<u8> = std::iter::once(0).chain(row.iter().map(|colour| places[colour])).collect();
        points.write_all(&line).unwrap();
    }
    let mut head = u32::try_from(width).unwrap().to_be_bytes().to_vec();
    head.extend(u32::try_from(rows.len()).unwrap().to_be_bytes());
    // Eight bits a point, a palette.
    head.extend([8, 3, 0, 0, 0]);
    let mut png = SIGNATURE.to_vec();
    for (name, data) in [
        (b"IHDR", head),
        (b"PLTE", palette.concat()),
        (b"IDAT", points.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        let mut sum = Crc::new();
        sum.update(name);
        sum.update(&data);
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        png.extend(name);
        png.extend(data);
        png.extend(sum.sum().to_be_bytes());
    }
    png
}

fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let distance = |other: &Colour| -> u32 {
        other.iter().zip(colour).map(|(one, two)| u32::from(one.abs_diff(two)).pow(2)).sum()
    };
    let place = (0..palette.len()).min_by_key(|place| distance(&palette[*place])).unwrap();
    u8::try_from(place).unwrap()
}

/// Width and rows of a picture of eight bits a channel, as browsers write it.
fn decode(png: &[u8]) -> (usize, Vec<Vec<Colour>>) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(&png[..8], SIGNATURE);
    let (width, height, channels) = (
        number(16),
        number(20),
        match png[24..29] {
            [8, 2, 0, 0, 0] => 3,
            [8, 6, 0, 0, 0] => 4,
            _ => panic!("another kind of picture: {:?}", &png[24..29]),
        },
    );
    let (mut packed, mut at) = (Vec::new(), 8);
    while at < png.len() {
        let length = number(at);
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut lines = Vec::new();
    ZlibDecoder::new(&packed[..]).read_to_end(&mut lines).unwrap();
    let mut above = vec![0; width * channels];
    let rows = lines.chunks(width * channels + 1).map(|line| {
        let row = unfilter(line[0], &line[1..], &above, channels);
        above.clone_from(&row);
        row.chunks(channels).map(|point| [point[0], point[1], point[2]]).collect()
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows.len(), height);
    (width, rows)
}

/// Undoes the filter of a line (PNG specification, 9).
fn unfilter(filter: u8, line: &[u8], above: &[u8], channels: usize) -> Vec<u8> {
    let mut row: Vec<u8> = Vec::with_capacity(line.len());
    for (at, byte) in line.iter().enumerate() {
        let left = at.checked_sub(channels).map_or(0, |left| row[left]);
        let corner = at.checked_sub(channels).map_or(0, |left| above[left]);
        let guess = match filter {
            0 => 0,
            1 => left,
            2 => above[at],
            3 => u8::midpoint(left, above[at]),
            4 => paeth(left, above[at], corner),
            _ => panic!("filter {filter}"),
        };
        row.push(byte.wrapping_add(guess));
    }
    row
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let distance = |value: u8| (guess - i16::from(value)).abs();
    // The first of the nearest, in this order.
    [left, above, corner].into_iter().min_by_key(|value| distance(*value)).unwrap()
}
