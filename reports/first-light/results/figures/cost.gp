# gnuplot cost.gp draws cost.svg from cost.csv
if (!exists('figure')) figure = 'cost.svg'
set terminal svg size 380,344 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
set output figure
set encoding utf8
set datafile separator ','
set border 3 lw 1.1 lc rgb '#303030'
set tics nomirror out scale 0.6 textcolor rgb '#303030'
set grid lw 0.6 lc rgb '#e4e4e4'
set key samplen 1.6 spacing 1.05 font ',11' noautotitle
set title font ',13' offset 0,-0.4
set xlabel offset 0,0.3
set ylabel offset 0.6,0
set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')
unset colorbox
set cbrange [0:1]
set multiplot layout 1,1 title "Accuracy and energy of a training" font ',15'

set title ""
set xlabel "training energy [mJ]"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'cost.csv' skip 1 every ::0::0 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::1::1 using 3:4 with points ps 0.75 lc rgb '#d55e00' pt 5 title "pcm-40nm", \
     '' skip 1 every ::2::2 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#009e73' notitle, \
     '' skip 1 every ::3::3 using 3:4 with points ps 0.75 lc rgb '#009e73' pt 9 title "rram-40nm", \
     '' skip 1 every ::4::4 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#e69f00' notitle, \
     '' skip 1 every ::5::5 using 3:4 with points ps 0.75 lc rgb '#e69f00' pt 13 title "fefet-40nm", \
     '' skip 1 every ::6::6 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#cc79a7' notitle, \
     '' skip 1 every ::7::7 using 3:4 with points ps 0.75 lc rgb '#cc79a7' pt 11 title "hybrid-pcm-40nm", \
     '' skip 1 every ::8::8 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#56b4e9' notitle, \
     '' skip 1 every ::9::9 using 3:4 with points ps 0.75 lc rgb '#56b4e9' pt 6 title "hybrid-rram-40nm", \
     '' skip 1 every ::10::10 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#000000' notitle, \
     '' skip 1 every ::11::11 using 3:4 with points ps 0.75 lc rgb '#000000' pt 4 title "hybrid-fefet-40nm"

unset multiplot
set output
