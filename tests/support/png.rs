//! Pictures made small: a browser writes every point in full colour, and a page has few colours.

use std::collections::HashMap;
use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter};

type Colour = [u8; 3];

/// Colours of a picture; the shades at the edges of letters are many and look alike.
const COLOURS: usize = 48;
/// How far apart two of them are at the least: the sign of a remark has few points, but a colour of its own.
const APART: u32 = 300;

/// The same picture with a palette: its most frequent colours, and for any other the nearest of them.
pub fn with_palette(png: &[u8]) -> Vec<u8> {
    let (width, height, points) = decode(png);
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for colour in &points {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut by_count: Vec<(Colour, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let mut palette: Vec<Colour> = Vec::new();
    for (colour, _) in &by_count {
        if palette.len() < COLOURS && palette.iter().all(|chosen| distance(*chosen, *colour) > APART) {
            palette.push(*colour);
        }
    }
    let places: HashMap<Colour, u8> =
        by_count.iter().map(|(colour, _)| (*colour, nearest(&palette, *colour))).collect();

    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(Compression::High);
    // Neighbouring places of a palette are no neighbouring colours.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().unwrap();
    let indices: Vec<u8> = points.iter().map(|colour| places[colour]).collect();
    writer.write_image_data(&indices).unwrap();
    writer.finish().unwrap();
    small
}

fn distance(one: Colour, two: Colour) -> u32 {
    one.iter().zip(two).map(|(one, two)| u32::from(one.abs_diff(two)).pow(2)).sum()
}

fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let place = (0..palette.len()).min_by_key(|place| distance(palette[*place], colour)).unwrap();
    u8::try_from(place).unwrap()
}

/// Width, height and points of a picture of eight bits a channel, as browsers write it.
fn decode(png: &[u8]) -> (u32, u32, Vec<Colour>) {
    let mut reader = Decoder::new(Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let channels = info.color_type.samples();
    assert!(info.bit_depth == BitDepth::Eight && channels >= 3, "another kind of picture: {info:?}");
    (info.width, info.height, bytes.chunks(channels).map(|point| [point[0], point[1], point[2]]).collect())
}
