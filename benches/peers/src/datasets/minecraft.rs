//! `minecraft_savedata`: a game's data of five hundred players, records with all kinds of fields. Imports `seeded`.

use super::seeded;
use crate::seeded::Seeded;
use typeport::portable;

/// All players.
#[portable]
#[derive(PartialEq)]
pub struct Players {
    players: Vec<Player>,
}

#[portable]
#[derive(PartialEq)]
struct Player {
    game_type: GameType,
    previous_game_type: GameType,
    score: i64,
    dimension: String,
    selected_item_slot: u32,
    selected_item: Item,
    spawn_dimension: Option<String>,
    spawn_x: i64,
    spawn_y: i64,
    spawn_z: i64,
    spawn_forced: Option<bool>,
    sleep_timer: u16,
    food_exhaustion_level: f32,
    food_saturation_level: f32,
    food_tick_timer: u32,
    xp_level: u32,
    xp_p: f32,
    xp_total: i32,
    xp_seed: i32,
    inventory: Vec<Item>,
    ender_items: Vec<Item>,
    abilities: Abilities,
    entered_nether_position: Option<(f64, f64, f64)>,
    root_vehicle: Option<([u32; 4], Entity)>,
    shoulder_entity_left: Option<Entity>,
    shoulder_entity_right: Option<Entity>,
    seen_credits: bool,
    recipe_book: RecipeBook,
}

#[portable]
#[derive(Clone, Copy, PartialEq)]
enum GameType {
    Survival,
    Creative,
    Adventure,
    Spectator,
}

#[portable]
#[derive(PartialEq)]
struct Item {
    count: i8,
    slot: u8,
    id: String,
}

#[portable]
#[derive(PartialEq)]
struct Abilities {
    walk_speed: f32,
    fly_speed: f32,
    may_fly: bool,
    flying: bool,
    invulnerable: bool,
    may_build: bool,
    instabuild: bool,
}

#[portable]
#[derive(PartialEq)]
struct Entity {
    id: String,
    pos: (f64, f64, f64),
    motion: (f64, f64, f64),
    rotation: (f32, f32),
    fall_distance: f32,
    fire: u16,
    air: u16,
    on_ground: bool,
    no_gravity: bool,
    invulnerable: bool,
    portal_cooldown: i32,
    uuid: [u32; 4],
    custom_name: Option<String>,
    custom_name_visible: bool,
    silent: bool,
    glowing: bool,
}

#[portable]
#[derive(PartialEq)]
struct RecipeBook {
    recipes: Vec<String>,
    to_be_displayed: Vec<String>,
    is_filtering_craftable: bool,
    is_gui_open: bool,
    is_furnace_filtering_craftable: bool,
    is_furnace_gui_open: bool,
    is_blasting_furnace_filtering_craftable: bool,
    is_blasting_furnace_gui_open: bool,
    is_smoker_filtering_craftable: bool,
    is_smoker_gui_open: bool,
}

const PLAYERS: usize = 500;
const GAME_TYPES: [GameType; 4] = [GameType::Survival, GameType::Creative, GameType::Adventure, GameType::Spectator];
const DIMENSIONS: [&str; 3] = ["overworld", "nether", "end"];
const ITEMS: [&str; 8] = ["dirt", "stone", "pickaxe", "sand", "gravel", "shovel", "chestplate", "steak"];
const ENTITIES: [&str; 8] = ["cow", "sheep", "zombie", "skeleton", "spider", "creeper", "parrot", "bee"];
const NAMES: [&str; 8] = ["rainbow", "princess", "steve", "johnny", "missy", "coward", "fairy", "howard"];
const RECIPES: [&str; 8] = ["pickaxe", "torch", "bow", "crafting table", "furnace", "shears", "arrow", "tnt"];

/// The data set.
pub fn players() -> Players {
    let seeded = &mut seeded();
    Players { players: (0..PLAYERS).map(|_| player(seeded)).collect() }
}

fn player(seeded: &mut Seeded) -> Player {
    Player {
        game_type: *seeded.pick(&GAME_TYPES),
        previous_game_type: *seeded.pick(&GAME_TYPES),
        score: seeded.next_number() as i64,
        dimension: seeded.word(&DIMENSIONS),
        selected_item_slot: word32(seeded),
        selected_item: item(seeded),
        spawn_dimension: maybe(seeded, |seeded| seeded.word(&DIMENSIONS)),
        spawn_x: seeded.next_number() as i64,
        spawn_y: seeded.next_number() as i64,
        spawn_z: seeded.next_number() as i64,
        spawn_forced: maybe(seeded, Seeded::flag),
        sleep_timer: word32(seeded) as u16,
        food_exhaustion_level: seeded.unit_f32(),
        food_saturation_level: seeded.unit_f32(),
        food_tick_timer: word32(seeded),
        xp_level: word32(seeded),
        xp_p: seeded.unit_f32(),
        xp_total: word32(seeded) as i32,
        xp_seed: word32(seeded) as i32,
        inventory: fewer(40, seeded, item),
        ender_items: fewer(27, seeded, item),
        abilities: abilities(seeded),
        entered_nether_position: maybe(seeded, position),
        root_vehicle: maybe(seeded, |seeded| (uuid(seeded), entity(seeded))),
        shoulder_entity_left: maybe(seeded, entity),
        shoulder_entity_right: maybe(seeded, entity),
        seen_credits: seeded.flag(),
        recipe_book: recipe_book(seeded),
    }
}

fn item(seeded: &mut Seeded) -> Item {
    Item { count: word32(seeded) as i8, slot: word32(seeded) as u8, id: seeded.word(&ITEMS) }
}

fn abilities(seeded: &mut Seeded) -> Abilities {
    Abilities {
        walk_speed: seeded.unit_f32(),
        fly_speed: seeded.unit_f32(),
        may_fly: seeded.flag(),
        flying: seeded.flag(),
        invulnerable: seeded.flag(),
        may_build: seeded.flag(),
        instabuild: seeded.flag(),
    }
}

fn entity(seeded: &mut Seeded) -> Entity {
    Entity {
        id: seeded.word(&ENTITIES),
        pos: position(seeded),
        motion: position(seeded),
        rotation: (seeded.unit_f32(), seeded.unit_f32()),
        fall_distance: seeded.unit_f32(),
        fire: word32(seeded) as u16,
        air: word32(seeded) as u16,
        on_ground: seeded.flag(),
        no_gravity: seeded.flag(),
        invulnerable: seeded.flag(),
        portal_cooldown: word32(seeded) as i32,
        uuid: uuid(seeded),
        custom_name: maybe(seeded, |seeded| seeded.word(&NAMES)),
        custom_name_visible: seeded.flag(),
        silent: seeded.flag(),
        glowing: seeded.flag(),
    }
}

fn recipe_book(seeded: &mut Seeded) -> RecipeBook {
    let recipe = |seeded: &mut Seeded| seeded.word(&RECIPES);
    RecipeBook {
        recipes: fewer(30, seeded, recipe),
        to_be_displayed: fewer(10, seeded, recipe),
        is_filtering_craftable: seeded.flag(),
        is_gui_open: seeded.flag(),
        is_furnace_filtering_craftable: seeded.flag(),
        is_furnace_gui_open: seeded.flag(),
        is_blasting_furnace_filtering_craftable: seeded.flag(),
        is_blasting_furnace_gui_open: seeded.flag(),
        is_smoker_filtering_craftable: seeded.flag(),
        is_smoker_gui_open: seeded.flag(),
    }
}

fn word32(seeded: &mut Seeded) -> u32 {
    (seeded.next_number() >> 32) as u32
}

fn uuid(seeded: &mut Seeded) -> [u32; 4] {
    std::array::from_fn(|_| word32(seeded))
}

fn position(seeded: &mut Seeded) -> (f64, f64, f64) {
    (seeded.unit(), seeded.unit(), seeded.unit())
}

fn maybe<T>(seeded: &mut Seeded, value: impl Fn(&mut Seeded) -> T) -> Option<T> {
    seeded.flag().then(|| value(seeded))
}

/// Fewer than so many, each count as often as another.
fn fewer<T>(end: u64, seeded: &mut Seeded, value: impl Fn(&mut Seeded) -> T) -> Vec<T> {
    (0..seeded.below(end)).map(|_| value(seeded)).collect()
}
