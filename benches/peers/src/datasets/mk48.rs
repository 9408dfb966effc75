//! `mk48`: updates from a ship game's server to its players, small numbers in bursts. Imports `seeded`.

use super::seeded;
use crate::seeded::Seeded;
use typeport::portable;

/// All updates.
#[portable]
#[derive(PartialEq)]
pub struct Updates {
    updates: Vec<Update>,
}

#[portable]
#[derive(PartialEq)]
struct Update {
    contacts: Vec<Contact>,
    score: u32,
    world_radius: f32,
    terrain_updates: Vec<TerrainUpdate>,
}

#[portable]
#[derive(PartialEq)]
struct Contact {
    damage: u8,
    entity_id: u32,
    entity_type: Option<EntityType>,
    guidance: Guidance,
    player_id: Option<u16>,
    reloads: Vec<bool>,
    transform: Transform,
    turret_angles: Vec<u16>,
}

#[portable]
#[derive(Clone, Copy, PartialEq)]
enum EntityType {
    ArleighBurke,
    Bismarck,
    Clemenceau,
    Fletcher,
    G5,
    Iowa,
    Kolkata,
    Osa,
    Yasen,
    Zubr,
}

#[portable]
#[derive(PartialEq)]
struct Guidance {
    angle: u16,
    submerge: bool,
    velocity: i16,
}

#[portable]
#[derive(PartialEq)]
struct Transform {
    altitude: i8,
    angle: u16,
    position: (f32, f32),
    velocity: i16,
}

#[portable]
#[derive(PartialEq)]
struct TerrainUpdate {
    chunk_id: (i8, i8),
    data: Vec<u8>,
}

/// What a type of ship is like.
struct Ship {
    entity_type: EntityType,
    /// How often it is seen, in hundredths.
    frequency: u64,
    n_turrets: usize,
    n_weapons: usize,
}

const fn ship(entity_type: EntityType, frequency: u64, n_turrets: usize, n_weapons: usize) -> Ship {
    Ship { entity_type, frequency, n_turrets, n_weapons }
}

static SHIPS: [Ship; 10] = [
    ship(EntityType::ArleighBurke, 214, 1, 20),
    ship(EntityType::Bismarck, 52, 4, 10),
    ship(EntityType::Clemenceau, 97, 4, 16),
    ship(EntityType::Fletcher, 146, 4, 18),
    ship(EntityType::G5, 1316, 0, 2),
    ship(EntityType::Iowa, 155, 3, 28),
    ship(EntityType::Kolkata, 83, 1, 15),
    ship(EntityType::Osa, 725, 2, 6),
    ship(EntityType::Yasen, 406, 0, 14),
    ship(EntityType::Zubr, 1292, 3, 11),
];
const UPDATES: usize = 1000;
const SPEED: std::ops::Range<i64> = 140..900;

/// The data set.
pub fn updates() -> Updates {
    let seeded = &mut seeded();
    Updates { updates: (0..UPDATES).map(|_| update(seeded)).collect() }
}

fn update(seeded: &mut Seeded) -> Update {
    let n_players = seeded.between(200, 400) as u64;
    let world_radius = (n_players as f32 * 15_000.0).sqrt() + between(-50.0, 50.0, seeded);
    let n_chunks = (world_radius / 1600.0).ceil() as i64;
    Update {
        contacts: (0..seeded.between(20, 40)).map(|_| contact(n_players, seeded)).collect(),
        score: (seeded.unit().powi(4) * 5000.0) as u32 + seeded.below(50) as u32,
        world_radius,
        terrain_updates: (0..seeded.between(3, 10)).map(|_| terrain(n_chunks, seeded)).collect(),
    }
}

/// One of three ships is too far to be seen well.
fn contact(n_players: u64, seeded: &mut Seeded) -> Contact {
    let ship = any_ship(seeded);
    let is_visible = seeded.chance(0.7);
    Contact {
        damage: if is_visible && seeded.chance(0.6) { 0 } else { seeded.below(200) as u8 },
        entity_id: seeded.below(20 * n_players) as u32,
        entity_type: is_visible.then_some(ship.entity_type),
        guidance: Guidance { angle: angle(seeded), submerge: is_submerged(ship, seeded), velocity: velocity(seeded) },
        player_id: is_visible.then(|| seeded.below(n_players) as u16),
        reloads: if is_visible { reloads(ship, seeded) } else { Vec::new() },
        transform: Transform {
            altitude: if is_submerged(ship, seeded) { seeded.between(-120, -35) as i8 } else { 0 },
            angle: angle(seeded),
            position: (between(-750.0, 750.0, seeded), between(-750.0, 750.0, seeded)),
            velocity: velocity(seeded),
        },
        turret_angles: if is_visible { turrets(ship, seeded) } else { Vec::new() },
    }
}

fn any_ship(seeded: &mut Seeded) -> &'static Ship {
    let mut left = seeded.below(SHIPS.iter().map(|ship| ship.frequency).sum());
    let is_it = |ship: &&Ship| {
        let rest = left.checked_sub(ship.frequency);
        left = rest.unwrap_or(left);
        rest.is_none()
    };
    SHIPS.iter().find(is_it).expect("it is less than the sum")
}

/// The only submarine is under water most of the time.
fn is_submerged(ship: &Ship, seeded: &mut Seeded) -> bool {
    ship.entity_type == EntityType::Yasen && seeded.chance(0.9)
}

/// Most sail ahead; one in ten is at rest, and one sails backwards at a quarter of the speed.
fn velocity(seeded: &mut Seeded) -> i16 {
    let speed = match seeded.below(10) {
        0..8 => seeded.between(SPEED.start, SPEED.end),
        8 => 0,
        _ => seeded.between(-SPEED.end / 4, -SPEED.start / 4),
    };
    speed as i16
}

/// Which weapons are ready: each with the same probability, which is another one for each ship.
fn reloads(ship: &Ship, seeded: &mut Seeded) -> Vec<bool> {
    let probability = seeded.unit();
    (0..ship.n_weapons).map(|_| seeded.chance(probability)).collect()
}

/// Three of four turrets point about where the first one of the ship does.
fn turrets(ship: &Ship, seeded: &mut Seeded) -> Vec<u16> {
    let base = angle(seeded);
    let turret = |_| match seeded.chance(0.75) {
        true => base.wrapping_add_signed(seeded.between(-200, 200) as i16),
        false => angle(seeded),
    };
    (0..ship.n_turrets).map(turret).collect()
}

/// One in fifty is a chunk that was not known before, which is sent whole.
fn terrain(n_chunks: i64, seeded: &mut Seeded) -> TerrainUpdate {
    let is_new = seeded.chance(0.02);
    let length = if is_new { seeded.between(900, 1100) } else { seeded.between(3, 9) };
    TerrainUpdate {
        chunk_id: (seeded.between(-n_chunks, n_chunks) as i8, seeded.between(-n_chunks, n_chunks) as i8),
        data: (0..length).map(|_| seeded.next_number() as u8).collect(),
    }
}

fn angle(seeded: &mut Seeded) -> u16 {
    (seeded.next_number() >> 48) as u16
}

fn between(start: f32, end: f32, seeded: &mut Seeded) -> f32 {
    start + seeded.unit_f32() * (end - start)
}
